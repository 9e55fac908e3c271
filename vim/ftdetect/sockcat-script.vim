" Scripts of sockcat(1), by their names.
autocmd BufNewFile,BufRead *.sct setfiletype sockcat-script
