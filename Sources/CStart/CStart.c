#include "CStart.h"

#include <stdlib.h>
#include <unistd.h>

// Swift's runtime asks /proc for the command line, and gives up when it cannot find its own path
// there. A program that works in a bare chroot must not depend on it: the C library hands the
// arguments to every constructor, and this one runs before the runtime's.

// The runtime's own way to be told the arguments (stdlib/public/stubs/CommandLine.cpp).
void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count);

__attribute__((constructor(101))) static void start(int count, char **arguments) {
  _swift_stdlib_overrideUnsafeArgvArgc(arguments, count);
  if (access("/proc/self/exe", F_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}
