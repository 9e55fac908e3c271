#define _GNU_SOURCE
#include "CBenchmark.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/uio.h>

long benchmark_give_pages(int pipe, const void *bytes, size_t size) {
  struct iovec vector = {.iov_base = (void *)bytes, .iov_len = size};
  return vmsplice(pipe, &vector, 1, 0);
}

long benchmark_move(int source, int target, size_t size) {
  return splice(source, NULL, target, NULL, size, SPLICE_F_MOVE);
}

int benchmark_nameless_file(const char *directory) {
  return open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}

int benchmark_keep_room(int file, long count) {
  return fallocate(file, FALLOC_FL_KEEP_SIZE, 0, count);
}

_Static_assert(sizeof(benchmark_processors) == sizeof(cpu_set_t), "as many processors");

int benchmark_get_processors(benchmark_processors *set) {
  return sched_getaffinity(0, sizeof *set, (cpu_set_t *)set);
}

int benchmark_set_processors(const benchmark_processors *set) {
  return sched_setaffinity(0, sizeof *set, (const cpu_set_t *)set);
}

void benchmark_keep_last(benchmark_processors *set) {
  cpu_set_t *all = (cpu_set_t *)set;
  int last = CPU_SETSIZE - 1;
  while (last > 0 && !CPU_ISSET(last, all)) last--;
  CPU_ZERO(all);
  CPU_SET(last, all);
}
