import ByteText

/// What the shells need besides what the parser generates.
enum CompletionScript {
  /// A generated script, made whole.
  ///
  /// bash splits words at the characters of `COMP_WORDBREAKS`, where an endpoint has its colons; the
  /// generated functions get whole words instead, and what bash keeps is cut off from the answers.
  /// fish refuses `commandline -C` in a script, where `complete -C` is used.
  static func finished(_ script: String) -> String {
    if script.hasPrefix("#!/bin/bash") { return script + bashWholeWords }
    guard script.hasPrefix("function __sockcat") else { return script }
    var (finished, rest) = ("", script[...])
    while let (before, behind) = rest.cut(at: "(__sockcat_tokens -tC)") {
      finished += before + #"(string length -- "$(commandline -ct)")"#
      rest = behind
    }
    return finished + rest
  }

  private static let bashWholeWords = """


    # Endpoints have colons, at which bash splits words (COMP_WORDBREAKS): complete whole words.
    __sockcat_whole_words() {
        local IFS=$' \\t\\n'
        local rest="${COMP_LINE:0:COMP_POINT}" piece word
        local -a pieces=("${COMP_WORDS[@]:0:COMP_CWORD+1}") joined=() whole=()
        for piece in "${pieces[@]}"; do
            word="${rest#"${rest%%[![:space:]]*}"}"
            # What follows white space, or is the first, begins a word.
            [[ "${#joined[@]}" -eq 0 || "${word}" != "${rest}" || -z "${rest}" ]] && joined+=('')
            # Of the last piece only what stands before the cursor.
            [[ "${word}" = "${piece}"* ]] || piece="${word}"
            joined[${#joined[@]}-1]+="${piece}"
            rest="${word#"${piece}"}"
        done
        for word in "${joined[@]}"; do
            if [[ "${word}" = --*=* && "${COMP_WORDBREAKS}" = *=* ]]; then
                whole+=("${word%%=*}" "${word#*=}")
            else
                whole+=("${word}")
            fi
        done

        local cur="${whole[${#whole[@]}-1]}" kept i
        cur="${cur#[\\"\\']}"
        whole[${#whole[@]}-1]="${cur}"
        kept="${cur%"${cur##*["${COMP_WORDBREAKS}"]}"}"
        # readline leaves this one at the beginning of the word.
        kept="${kept%@}"
        local -a COMP_WORDS=("${whole[@]}")
        local COMP_CWORD="$((${#whole[@]} - 1))" COMP_LINE="${whole[*]}"
        local COMP_POINT="${#COMP_LINE}"
        _sockcat "${1}" "${cur}" "${whole[${#whole[@]}-2]}"

        for i in "${!COMPREPLY[@]}"; do
            COMPREPLY[i]="${COMPREPLY[i]#"${kept}"}"
        done
        # These are plain, and a quoted @ would puzzle the reader.
        [[ "${cur}" = unix:* ]] && compopt +o filenames 2>/dev/null
        # The rest of an endpoint is still to come.
        if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" = *[:/] ]]; then
            compopt -o nospace 2>/dev/null
        fi
        return 0
    }

    complete -o filenames -F __sockcat_whole_words sockcat
    """
}
