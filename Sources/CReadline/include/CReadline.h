// GNU readline's callback interface, and the terminal around it, as plain functions: readline keeps
// its state in C globals, which Swift does not touch. There is one editor in a process.
#pragma once
#include <stddef.h>

/// What completion found out.
struct editor_completion {
  /// Where the word begins that a candidate replaces, in bytes.
  int start;
  /// What follows a candidate that is the only one; 0 for nothing.
  char append;
  /// Whether the candidates are names of files.
  int are_files;
};

/// What the editor asks its owner; `context` is handed back each time.
struct editor_hooks {
  void *context;
  /// Bytes that are to be drawn on the terminal, in order.
  void (*draw)(void *context, const char *bytes, size_t count);
  /// A line was entered; NULL is the end of input.
  void (*accept)(void *context, const char *line);
  /// Fills `completion` for the line and returns how many candidates there are.
  int (*complete)(
      void *context, const char *line, int cursor, struct editor_completion *completion);
  /// One of the candidates that `complete` found: what replaces the line from the word's start on.
  /// To be freed by the caller, as the hint.
  char *(*candidate)(void *context, int index);
  /// What is shown behind the line in dim letters; NULL for nothing.
  char *(*hint)(void *context, const char *line);
};

/// Begins: `~/.inputrc` is read, with `$if name`. 0 if this was built without readline.
int editor_start(const char *name, const struct editor_hooks *hooks);
/// Gives it what was typed; returns how many bytes it took: no more than to the end of a line, which
/// may change how the rest is to be taken.
size_t editor_feed(const unsigned char *bytes, size_t count);
/// Whether the line begins with a slash that was typed there, or is a command that came back out of
/// the history; in doubt it is not. While a line is accepted, whether that one did.
int editor_is_command(void);
/// Takes the line and its prompt off the screen, and draws them again below what was written.
void editor_hide(void);
void editor_show(void);
/// How many characters there is room for on the screen.
size_t editor_screen_size(void);
/// The prompt from the next drawing on; what stands between \1 and \2 takes no column.
void editor_set_prompt(const char *prompt);
/// Whether the line is drawn, or typed unseen.
void editor_set_secret(int is_secret);
/// The line as it stands, valid until the next call.
const char *editor_line(void);
/// Empties the line and leaves a search, a macro or a numeric argument.
void editor_clear_line(void);
/// Puts another line in its place, with the cursor at its beginning.
void editor_set_line(const char *text);
/// Where the cursor stands in the line, in bytes.
size_t editor_cursor(void);
/// Puts text at the cursor.
void editor_insert(const char *text);
/// Ends a search, a numeric argument or the beginning of a sequence of keys.
void editor_leave_modes(void);
/// Erases the word before the cursor and keeps it nowhere.
void editor_erase_word(void);
/// Puts what `rows` and `columns` are now into effect, on a terminal that has re-wrapped its lines.
void editor_resize(void);
/// Adds to the history, which holds `limit` lines.
void editor_add_history(const char *line);
void editor_limit_history(int limit);

/// Takes the terminal for line editing: its settings are kept, and put back by terminal_release(),
/// at the exit of the process and when a signal kills it. 0, or -1 with errno.
int terminal_take(int input, int output);
/// Puts the settings back; harmless when repeated. The terminal can be taken again.
void terminal_release(void);
/// Whether this process's job is in the foreground of the terminal.
int terminal_is_ours(int input);
/// Stops this process as `^Z` does by default, and returns when it is continued.
void terminal_stop_process(void);
