/// How many system calls are in what `strace -f` writes, each once, but for writes to standard error.
func callCount(of log: String) -> Int {
  log.split(separator: "\n").count { line in
    // A number of a process, and a call; what is resumed has had its line, and signals are no calls.
    guard let blank = line.firstIndex(of: " ") else { return false }
    let call = line[blank...].drop { $0 == " " }
    return !call.hasPrefix("write(2,") && (call.first?.isLetter ?? false)
  }
}
