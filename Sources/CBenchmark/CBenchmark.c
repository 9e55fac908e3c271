#define _GNU_SOURCE
#include "CBenchmark.h"

#include <fcntl.h>
#include <sys/uio.h>

long benchmark_give_pages(int pipe, const void *bytes, size_t size) {
  struct iovec vector = {.iov_base = (void *)bytes, .iov_len = size};
  return vmsplice(pipe, &vector, 1, 0);
}

long benchmark_move(int source, int target, size_t size) {
  return splice(source, NULL, target, NULL, size, SPLICE_F_MOVE);
}
