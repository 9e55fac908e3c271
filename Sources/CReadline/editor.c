// GNU readline behind plain functions: readline(3), "Alternate Interface".
#ifdef WITH_READLINE
#define _GNU_SOURCE
#include "CReadline.h"
#include <ctype.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <readline/history.h>
#include <readline/readline.h>

static struct editor_hooks hooks;
static const unsigned char *typed;
static size_t typed_count;
static int is_secret, is_shown, is_accepting, has_accepted, shows_hint;
static int prompt_columns;
static char *entered;

// MARK: Where the line comes from

// Whether the line begins with a slash that was typed there by key and has stood there since, or is a
// command that came back out of the history. In doubt it is not.
static int is_command;
// Whether this line was given text that was not typed, also if that was erased: undoing brings it back.
static int line_is_foreign;
// Whether such text may be somewhere else: in what was cut, or in the lines of the history.
static int any_is_foreign;
// The line and its cursor behind the last command.
static char *noted;
static size_t noted_point;
static int noted_place;
// The line as it was when it last was a command; to be told when it comes back.
static char *lost;
// The new line below the history, while another one is looked at.
static char *below;
static int below_is_command, below_is_foreign;

static int is_one_of(rl_command_func_t *const *functions) {
  while (*functions != NULL)
    if (*functions++ == rl_last_func) return 1;
  return 0;
}

// Whether the last key left alone what stands before the place where it began and where it ended.
static int acted_at_cursor(void) {
  static rl_command_func_t *const functions[] = {
      rl_insert, rl_quoted_insert, rl_tab_insert, rl_complete, rl_menu_complete,
      rl_backward_menu_complete, rl_insert_completions, rl_possible_completions, rl_rubout,
      rl_delete, rl_rubout_or_delete, rl_delete_or_show_completions, rl_delete_horizontal_space,
      rl_kill_line, rl_kill_word, rl_backward_kill_word, rl_unix_word_rubout,
      rl_unix_filename_rubout, rl_kill_region, rl_yank, rl_yank_nth_arg,
      rl_yank_last_arg, rl_upcase_word, rl_downcase_word, rl_capitalize_word, NULL};
  return is_one_of(functions);
}

static int has_undone(void) {
  static rl_command_func_t *const functions[] = {rl_undo_command, rl_revert_line, rl_vi_undo, NULL};
  return is_one_of(functions);
}

static int has_put_back(void) {
  static rl_command_func_t *const functions[] = {rl_yank, rl_yank_pop, rl_vi_put, rl_vi_redo, NULL};
  return is_one_of(functions);
}

static int has_quoted_history(void) {
  static rl_command_func_t *const functions[] = {
      rl_yank_nth_arg, rl_yank_last_arg, rl_vi_yank_arg, NULL};
  return is_one_of(functions);
}

static int stays_command(void) {
  if (*rl_line_buffer != '/') return 0;
  if (rl_last_func == rl_insert && noted_point == 0) return *noted == 0 || !line_is_foreign;
  if (!any_is_foreign) return 1;
  if (has_undone() || has_put_back())
    if (lost != NULL && strcmp(lost, rl_line_buffer) == 0) return 1;
  if (!is_command) return 0;
  if (strcmp(rl_line_buffer, noted) == 0) return 1;
  if (noted_point == 0 || rl_point == 0) return 0;
  return has_undone() ? !line_is_foreign : acted_at_cursor();
}

static void note_line(void) {
  free(noted);
  noted = strdup(rl_line_buffer);
  noted_point = (size_t)rl_point;
  noted_place = where_history();
}

// What was sent as text has two slashes there, so that one slash tells a command, unless the line was
// changed and left.
static void note_recall(void) {
  if (noted_place >= history_length) {
    free(below);
    below = noted;
    noted = NULL;
    below_is_command = is_command;
    below_is_foreign = line_is_foreign;
  }
  if (where_history() >= history_length) {
    is_command = below_is_command && below != NULL && strcmp(below, rl_line_buffer) == 0;
    line_is_foreign = below_is_foreign;
    return;
  }
  int is_slashed = *rl_line_buffer == '/';
  line_is_foreign = any_is_foreign && rl_undo_list != NULL;
  is_command = is_slashed && !line_is_foreign;
  // It may have been pasted when it was entered.
  if (!is_slashed) any_is_foreign = 1;
}

static void note_change(void) {
  if (noted == NULL) note_line();
  if (noted_place != where_history()) {
    note_recall();
  } else if (strcmp(rl_line_buffer, noted) != 0) {
    if (has_quoted_history()) any_is_foreign = 1;
    if (has_quoted_history() || has_put_back() && any_is_foreign) line_is_foreign = 1;
    int was_command = is_command;
    is_command = stays_command();
    if (was_command && !is_command) {
      free(lost);
      lost = noted;
      noted = NULL;
    }
  }
  note_line();
}

// Text that was not typed stands before the cursor.
static void note_foreign(int is_at_beginning) {
  line_is_foreign = any_is_foreign = 1;
  if (is_at_beginning) is_command = 0;
  free(lost);
  lost = NULL;
  note_line();
}

static void begin_line(void) {
  is_command = line_is_foreign = below_is_command = below_is_foreign = 0;
  free(lost);
  free(below);
  lost = below = NULL;
  note_line();
}

int editor_is_command(void) { return is_command; }

// MARK: Drawing

static ssize_t draw(void *cookie, const char *bytes, size_t count) {
  (void)cookie;
  hooks.draw(hooks.context, bytes, count);
  return (ssize_t)count;
}

static void erase_hint(void) {
  if (!shows_hint) return;
  shows_hint = 0;
  fputs("\033[K", rl_outstream);
}

static int columns_of(const char *text, size_t count) {
  mbstate_t state = {0};
  int columns = 0, is_hidden = 0;
  while (count > 0) {
    wchar_t character;
    size_t length = mbrtowc(&character, text, count, &state);
    if (length == 0 || length > count) {
      // A byte that is no character is drawn as \ and three digits.
      state = (mbstate_t){0};
      length = 1;
      columns += 4;
    } else if (*text == RL_PROMPT_START_IGNORE || *text == RL_PROMPT_END_IGNORE) {
      is_hidden = *text == RL_PROMPT_START_IGNORE;
    } else if (!is_hidden) {
      int width = wcwidth(character);
      columns += width < 0 ? 2 : width;
    }
    text += length;
    count -= length;
  }
  return columns;
}

// Shows what may come next, where there is room for it in the row.
static void draw_hint(void) {
  if (is_secret || rl_point != rl_end || rl_end == 0 || RL_ISSTATE(RL_STATE_ISEARCH)) return;
  char *hint = hooks.hint(hooks.context, rl_line_buffer);
  if (hint == NULL) return;
  int rows, width;
  rl_get_screen_size(&rows, &width);
  int column = (prompt_columns + columns_of(rl_line_buffer, (size_t)rl_end)) % width;
  if (column + columns_of(hint, strlen(hint)) < width) {
    fprintf(rl_outstream, "\0337\033[2m%s\033[0m\0338", hint);
    shows_hint = 1;
  }
  free(hint);
}

static void redisplay(void) {
  static char nothing[1] = "";
  // Behind each command, also of a macro.
  note_change();
  erase_hint();
  if (is_secret) {
    char *line = rl_line_buffer;
    int point = rl_point, end = rl_end, mark = rl_mark;
    rl_line_buffer = nothing;
    rl_point = rl_end = rl_mark = 0;
    rl_redisplay();
    rl_line_buffer = line;
    rl_point = point;
    rl_end = end;
    rl_mark = mark;
  } else {
    rl_redisplay();
    draw_hint();
  }
  fflush(rl_outstream);
}

void editor_hide(void) {
  if (!is_shown) return;
  is_shown = 0;
  erase_hint();
  rl_clear_visible_line();
  fflush(rl_outstream);
}

void editor_show(void) {
  // While a line is handed over, readline draws the next one by itself.
  if (is_shown || is_accepting) return;
  is_shown = 1;
  rl_on_new_line();
  rl_forced_update_display();
  fflush(rl_outstream);
}

size_t editor_screen_size(void) {
  int rows, width;
  rl_get_screen_size(&rows, &width);
  return rows > 0 && width > 0 ? (size_t)rows * (size_t)width : 0;
}

void editor_set_prompt(const char *prompt) {
  prompt_columns = columns_of(prompt, strlen(prompt));
  rl_set_prompt(prompt);
}

// How far behind the beginning of the prompt a place of the line is.
static int shown_columns(int place) {
  return prompt_columns + (is_secret ? 0 : columns_of(rl_line_buffer, (size_t)place));
}

void editor_resize(void) {
  if (!is_shown) {
    rl_reset_screen_size();
    return;
  }
  erase_hint();
  rl_reset_screen_size();
  int rows, width;
  rl_get_screen_size(&rows, &width);
  if (width < 1) width = 1;
  // The terminal has wrapped the line anew: so far above the cursor it begins now.
  int above = shown_columns(rl_point) / width;
  if (above > 0) fprintf(rl_outstream, "\033[%dA", above);
  // Row by row: a terminal that is told to erase all of its screen may keep a copy of it above.
  fputs("\r\0337\033[K", rl_outstream);
  for (int rows_below = shown_columns(rl_end) / width; rows_below > 0; rows_below--)
    fputs("\033[B\033[K", rl_outstream);
  fputs("\0338", rl_outstream);
  is_shown = 0;
  editor_show();
}

// MARK: Keys

static int next_byte(FILE *stream) {
  if (typed_count > 0) {
    typed_count--;
    return *typed++;
  }
  // Only a command that reads a key by itself comes here.
  unsigned char byte;
  return read(fileno(stream), &byte, 1) == 1 ? byte : EOF;
}

static int has_input(void) { return typed_count > 0; }

// In place of accept-line: the line is taken off the screen, for the owner to show as he likes.
static int accept_line(int count, int key) {
  note_change();
  free(entered);
  entered = strdup(rl_line_buffer);
  editor_hide();
  if (where_history() < history_length) rl_revert_line(1, 0);
  rl_replace_line("", 1);
  rl_point = rl_end = rl_mark = 0;
  rl_erase_empty_line = 1;
  return rl_newline(count, key);
}

static void line_is_done(char *line) {
  char *mine = entered;
  entered = NULL;
  if (line == NULL) editor_hide();
  is_shown = 0;
  is_accepting = has_accepted = 1;
  // An accept of readline's own, as by operate-and-get-next, leaves the line on the screen.
  hooks.accept(hooks.context, line == NULL ? NULL : mine != NULL ? mine : line);
  is_accepting = 0;
  begin_line();
  free(mine);
  free(line);
  is_shown = 1;
  shows_hint = 0;
}

static void take_over_enter(Keymap map, int depth) {
  for (int key = 0; key < KEYMAP_SIZE; key++) {
    if (map[key].type == ISFUNC && map[key].function == rl_newline)
      map[key].function = accept_line;
    else if (map[key].type == ISKMAP && depth > 0)
      take_over_enter((Keymap)map[key].function, depth - 1);
  }
}

size_t editor_feed(const unsigned char *bytes, size_t count) {
  typed = bytes;
  typed_count = count;
  has_accepted = 0;
  while (typed_count > 0 && !has_accepted) {
    rl_callback_read_char();
    if (!has_accepted) note_change();
  }
  fflush(rl_outstream);
  size_t left = typed_count;
  typed_count = 0;
  return count - left;
}

void editor_clear_line(void) {
  editor_leave_modes();
  int was_shown = is_shown;
  editor_hide();
  if (where_history() < history_length) rl_revert_line(1, 0);
  rl_replace_line("", 1);
  rl_point = rl_end = rl_mark = 0;
  using_history();
  begin_line();
  if (was_shown) editor_show();
}

void editor_set_line(const char *text) {
  rl_replace_line(text, 1);
  rl_point = rl_mark = 0;
  note_foreign(1);
  if (is_shown) redisplay();
}

void editor_insert(const char *text) {
  int is_at_beginning = rl_point == 0;
  rl_insert_text(text);
  note_foreign(is_at_beginning);
  if (is_shown) redisplay();
}

size_t editor_cursor(void) { return (size_t)rl_point; }

void editor_leave_modes(void) {
  if (!RL_ISSTATE(
          RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG | RL_STATE_MULTIKEY))
    return;
  rl_callback_sigcleanup();
  note_change();
}

static int is_of_word(char byte) {
  unsigned char letter = (unsigned char)byte;
  return letter >= 0x80 || isalnum(letter);
}

void editor_erase_word(void) {
  int start = rl_point;
  while (start > 0 && !is_of_word(rl_line_buffer[start - 1])) start--;
  while (start > 0 && is_of_word(rl_line_buffer[start - 1])) start--;
  rl_delete_text(start, rl_point);
  rl_point = start;
  if (is_shown) redisplay();
}

const char *editor_line(void) { return rl_line_buffer == NULL ? "" : rl_line_buffer; }

void editor_set_secret(int secret) {
  is_secret = secret;
  if (!secret) return;
  // A keyboard macro that is being recorded would replay the secret: it ends before it.
  RL_UNSETSTATE(RL_STATE_MACRODEF);
}

// MARK: Completion

static size_t common_length(const char *left, const char *right) {
  size_t length = 0;
  while (left[length] != 0 && left[length] == right[length]) length++;
  // Not in the middle of a character.
  while (length > 0 && ((unsigned char)left[length] & 0xc0) == 0x80) length--;
  return length;
}

// What replaces readline's word, which may begin before or behind the owner's.
static char *replacement(const char *candidate, int word_start, int start) {
  char *text = NULL;
  if (start <= word_start) {
    size_t skipped = (size_t)(word_start - start);
    return strdup(strlen(candidate) >= skipped ? candidate + skipped : candidate);
  }
  if (asprintf(&text, "%.*s%s", start - word_start, rl_line_buffer + word_start, candidate) < 0)
    return NULL;
  return text;
}

static int shows_files;

// Of paths only the last component is listed, with the slash that tells a directory.
static const char *listed_name(const char *path) {
  const char *name = path;
  for (const char *place = path; *place != 0; place++)
    if (*place == '/' && place[1] != 0) name = place + 1;
  return name;
}

static void list_matches(char **matches, int count, int unused) {
  (void)unused;
  // More would push off the screen what they are to help with.
  int hidden = count > 100 ? count - 100 : 0;
  count -= hidden;
  char **names = calloc((size_t)count + 2, sizeof *names);
  if (names == NULL) return;
  int longest = 0;
  names[0] = matches[0];
  for (int index = 1; index <= count; index++) {
    names[index] = shows_files ? (char *)listed_name(matches[index]) : matches[index];
    int columns = columns_of(names[index], strlen(names[index]));
    if (columns > longest) longest = columns;
  }
  erase_hint();
  rl_crlf();
  rl_display_match_list(names, count, longest);
  if (hidden > 0) fprintf(rl_outstream, "and %d more\r\n", hidden);
  free(names);
  rl_forced_update_display();
}

static char **complete(const char *word, int start, int end) {
  rl_attempted_completion_over = 1;
  if (is_secret) return NULL;
  struct editor_completion found = {0};
  int count = hooks.complete(hooks.context, rl_line_buffer, end, &found);
  if (count <= 0) return NULL;
  char **matches = calloc((size_t)count + 2, sizeof *matches);
  if (matches == NULL) return NULL;
  for (int index = 0; index < count; index++) {
    char *candidate = hooks.candidate(hooks.context, index);
    matches[index + 1] =
        candidate == NULL ? NULL : replacement(candidate, start, found.start);
    free(candidate);
    if (matches[index + 1] == NULL) matches[index + 1] = strdup("");
  }
  size_t length = strlen(matches[1]);
  for (int index = 2; index <= count; index++) {
    size_t common = common_length(matches[1], matches[index]);
    if (common < length) length = common;
  }
  // Where the letters' case alone differs, what was typed stays.
  matches[0] = length < strlen(word) ? strdup(word) : strndup(matches[1], length);
  if (count == 1) {
    free(matches[1]);
    matches[1] = NULL;
  }
  rl_completion_append_character = found.append;
  shows_files = found.are_files;
  rl_sort_completion_matches = 0;
  rl_ignore_completion_duplicates = 0;
  return matches;
}

// MARK: Beginning

// readline counts columns by the locale; what is drawn here is UTF-8 in any case.
static void choose_locale(void) {
  setlocale(LC_CTYPE, "");
  if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static void leave_alone(void) {}
static void expect_echo(int unused) {
  (void)unused;
  rl_tty_set_echoing(1);
}

int editor_start(const char *name, const struct editor_hooks *given) {
  hooks = *given;
  choose_locale();
  cookie_io_functions_t functions = {.write = draw};
  FILE *drawing = fopencookie(NULL, "w", functions);
  if (drawing != NULL) setvbuf(drawing, NULL, _IOFBF, 16 * 1024);
  rl_readline_name = name;
  rl_instream = stdin;
  rl_outstream = drawing != NULL ? drawing : stdout;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  rl_getc_function = next_byte;
  rl_input_available_hook = has_input;
  rl_prep_term_function = expect_echo;
  rl_deprep_term_function = leave_alone;
  rl_attempted_completion_function = complete;
  rl_completion_display_matches_hook = list_matches;
  rl_completer_word_break_characters = (char *)" \t";
  rl_basic_quote_characters = "";
  rl_completer_quote_characters = "";
  rl_completion_query_items = -1;
  using_history();
  rl_initialize();
  // Not before: with a redisplay of ours, readline would not ask what the terminal can do.
  rl_redisplay_function = redisplay;
  // Pasted text is told from typed text before readline sees it, and nothing may wait for a key.
  rl_variable_bind("enable-bracketed-paste", "off");
  rl_variable_bind("page-completions", "off");
  rl_variable_bind("horizontal-scroll-mode", "off");
  Keymap maps[] = {
      emacs_standard_keymap, emacs_meta_keymap, emacs_ctlx_keymap, vi_insertion_keymap,
      vi_movement_keymap};
  for (size_t index = 0; index < sizeof maps / sizeof *maps; index++)
    take_over_enter(maps[index], 3);
  rl_callback_handler_install("", line_is_done);
  is_shown = 1;
  fflush(rl_outstream);
  return 1;
}

// MARK: History

void editor_add_history(const char *line) {
  int is_at_end = where_history() >= history_length;
  add_history(line);
  if (!is_at_end) return;
  using_history();
  noted_place = where_history();
}
void editor_limit_history(int limit) { stifle_history(limit); }

#else
// Built without readline: there is no editor to start.
#include "CReadline.h"
int editor_start(const char *name, const struct editor_hooks *hooks) {
  (void)name;
  (void)hooks;
  return 0;
}
size_t editor_feed(const unsigned char *bytes, size_t count) {
  (void)bytes;
  return count;
}
void editor_hide(void) {}
void editor_show(void) {}
void editor_set_prompt(const char *prompt) { (void)prompt; }
void editor_set_secret(int is_secret) { (void)is_secret; }
size_t editor_screen_size(void) { return 0; }
const char *editor_line(void) { return ""; }
void editor_clear_line(void) {}
int editor_is_command(void) { return 0; }
void editor_set_line(const char *text) { (void)text; }
void editor_insert(const char *text) { (void)text; }
size_t editor_cursor(void) { return 0; }
void editor_leave_modes(void) {}
void editor_erase_word(void) {}
void editor_resize(void) {}
void editor_add_history(const char *line) { (void)line; }
void editor_limit_history(int limit) { (void)limit; }
#endif
