" Scripts of sockcat(1), as sockcat-script(5) tells of them.
if exists('b:current_syntax')
  finish
endif

syntax iskeyword @,48-57,_,-
syntax case match

syntax keyword sockcatControl if else repeat loop break with parallel timeout
syntax keyword sockcatControl procedure pass fail assert
syntax keyword sockcatStatement let set log print sleep pause peer
syntax keyword sockcatInclude include
syntax keyword sockcatAction send expect half-close close reset starttls
syntax keyword sockcatValue line file u8 u16 u32 u64 be le length of
syntax keyword sockcatPattern eof nothing for bytes datagram
syntax keyword sockcatClause as within in
syntax keyword sockcatCommand connect listen udp-send udp-recv
syntax keyword sockcatConstant on off lf crlf cr none

syntax match sockcatNumber /[[:blank:](]\@<=-\?\d\+\(\.\d\+\)\?\(ms\|s\|m\|h\)\?\ze\([[:blank:],)]\|$\)/
syntax match sockcatPeer /^\s*\zs\a[[:alnum:]_-]*\ze:/
syntax match sockcatOperator /[=!]=\|[<>]=\?\|[~=]/
syntax match sockcatHex /\<hex\>\(\s\+\(\x\x\)\+\|\s\+??\)*/ contains=sockcatHexWord
syntax match sockcatHexWord /\<hex\>/ contained

syntax match sockcatEscape /\\\(x\x\x\|u{\x\+}\|.\)/ contained
syntax match sockcatVariable /\${[^}]*}/ contained
syntax match sockcatVariable /\<\(env\.\w\+\|\a[[:alnum:]_-]*\.\(local-\|peer-\)\?\(port\|address\)\)\>/
syntax region sockcatString start=/"/ skip=/\\./ end=/"/ oneline contains=sockcatEscape,sockcatVariable
syntax region sockcatRegex start=+\(\(expect\|datagram\|[~]\)\s\+\)\@<=/+ start=+^\s*\zs/+ skip=+\\.+ end=+/+
      \ oneline contains=sockcatEscape

syntax match sockcatComment /\(^\|\s\)#.*$/ contains=@Spell

highlight default link sockcatControl Conditional
highlight default link sockcatStatement Statement
highlight default link sockcatInclude Include
highlight default link sockcatAction Function
highlight default link sockcatValue Type
highlight default link sockcatHexWord Type
highlight default link sockcatHex Number
highlight default link sockcatPattern Special
highlight default link sockcatClause Keyword
highlight default link sockcatCommand Identifier
highlight default link sockcatConstant Constant
highlight default link sockcatNumber Number
highlight default link sockcatPeer Label
highlight default link sockcatOperator Operator
highlight default link sockcatEscape SpecialChar
highlight default link sockcatVariable Identifier
highlight default link sockcatString String
highlight default link sockcatRegex String
highlight default link sockcatComment Comment
let b:current_syntax = 'sockcat-script'
