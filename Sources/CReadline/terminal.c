// The terminal's settings, and that they come back whatever ends the process.
#include "CReadline.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static struct termios kept;
static volatile sig_atomic_t is_taken;
static int terminal_input, terminal_output;

// Bracketed paste: the terminal tells what was pasted from what was typed.
static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";

// What the signals did before: nothing but the default, or a report that somebody makes of a crash.
static struct sigaction actions[_NSIG];

// An instruction that failed fails again, so that whoever reports it finds it where it is.
static int is_repeated(int number, const siginfo_t *information) {
  if (information->si_code <= 0) return 0;
  return number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE;
}

static void ends_process(int number, siginfo_t *information, void *unused) {
  (void)unused;
  int error = errno;
  terminal_release();
  sigaction(number, &actions[number], NULL);
  if (!is_repeated(number, information)) {
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, number);
    raise(number);
    // A signal is blocked while its handler runs: this is where it acts.
    sigprocmask(SIG_UNBLOCK, &only, NULL);
  }
  errno = error;
}

// Every signal that ends a process, unless it is ignored.
static void guard_signals(void) {
  static char stack[64 * 1024];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_sigaction = ends_process, .sa_flags = SA_ONSTACK | SA_SIGINFO};
  sigfillset(&action.sa_mask);
  for (int number = 1; number <= SIGRTMAX; number++) {
    switch (number) {
    case SIGKILL: case SIGSTOP: case SIGTSTP: case SIGTTIN: case SIGTTOU: case SIGCONT:
    case SIGCHLD: case SIGURG: case SIGWINCH: continue;
    }
    struct sigaction *before = &actions[number];
    if (sigaction(number, NULL, before) < 0 || before->sa_handler == SIG_IGN) continue;
    sigaction(number, &action, NULL);
  }
}

int terminal_is_ours(int input) {
  pid_t foreground = tcgetpgrp(input);
  return foreground < 0 || foreground == getpgrp();
}

// The terminal opened once more, so that a write does not wait where output is stopped with ^S.
static int without_waiting(int output) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", output);
  int opened = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  return opened < 0 ? output : opened;
}

int terminal_take(int input, int output) {
  if (is_taken) return 0;
  struct termios settings;
  if (tcgetattr(input, &settings) < 0) return -1;
  kept = settings;
  static int is_guarded;
  if (!is_guarded) {
    is_guarded = 1;
    terminal_input = input;
    terminal_output = without_waiting(output);
    guard_signals();
    atexit(terminal_release);
  }
  settings.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN);
  // ^C would throw away the mark at the end of a paste too, and all that is typed behind be pasted.
  settings.c_lflag |= NOFLSH;
  settings.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR);
  settings.c_oflag |= OPOST | ONLCR;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  is_taken = 1;
  // Not TCSADRAIN: a terminal that was stopped with ^S would stop us.
  while (tcsetattr(input, TCSANOW, &settings) < 0)
    if (errno != EINTR) {
      is_taken = 0;
      return -1;
    }
  (void)!write(terminal_output, paste_on, sizeof paste_on - 1);
  return 0;
}

void terminal_release(void) {
  if (!is_taken) return;
  is_taken = 0;
  if (!terminal_is_ours(terminal_input)) return;
  tcsetattr(terminal_input, TCSANOW, &kept);
  // What was stopped with ^S would not take the rest; only what is stopped from here goes on from here.
  tcflow(terminal_output, TCOOFF);
  tcflow(terminal_output, TCOON);
  (void)!write(terminal_output, paste_off, sizeof paste_off - 1);
}

void terminal_stop_process(void) {
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, SIGTSTP);
  raise(SIGTSTP);
  pthread_sigmask(SIG_UNBLOCK, &only, NULL);
  // Here it has stopped and was continued.
  pthread_sigmask(SIG_BLOCK, &only, NULL);
}
