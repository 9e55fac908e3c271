// Calls behind _GNU_SOURCE that only the benchmark makes.
#pragma once
#include <stddef.h>

/// Puts pages into a pipe without a copy: vmsplice(2).
long benchmark_give_pages(int pipe, const void *bytes, size_t size);
/// Moves bytes between descriptors, one of which is a pipe, without a copy: splice(2).
long benchmark_move(int source, int target, size_t size);

/// A file in a directory that has no name and goes with its last descriptor: O_TMPFILE in open(2).
int benchmark_nameless_file(const char *directory);

/// Gives a file room for so many bytes that it does not have yet: FALLOC_FL_KEEP_SIZE in
/// fallocate(2).
int benchmark_keep_room(int file, long count);

/// A set of processors, as many as cpu_set_t has.
typedef struct {
  unsigned long words[16];
} benchmark_processors;

/// The processors that this thread may run on: sched_getaffinity(2).
int benchmark_get_processors(benchmark_processors *set);
/// Has this thread, and children from now on, run on these: sched_setaffinity(2).
int benchmark_set_processors(const benchmark_processors *set);
/// Leaves only the last of a set, which has the fewest interrupts on most machines.
void benchmark_keep_last(benchmark_processors *set);
