// The two calls behind _GNU_SOURCE that only the benchmark's own producer and consumer make.
#pragma once
#include <stddef.h>

/// Puts pages into a pipe without a copy: vmsplice(2).
long benchmark_give_pages(int pipe, const void *bytes, size_t size);
/// Moves bytes between descriptors, one of which is a pipe, without a copy: splice(2).
long benchmark_move(int source, int target, size_t size);
