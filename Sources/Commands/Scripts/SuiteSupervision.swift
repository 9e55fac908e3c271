import Glibc
import Sockets

extension Program {
  /// Runs the scripts that a command line asked for; never returns.
  static func runScripts(_ makePlan: () throws(UsageError) -> ScriptSuitePlan) -> Never {
    var plan: ScriptSuitePlan
    do throws(UsageError) {
      plan = try makePlan()
    } catch {
      UsageReport.end(with: error)
    }
    do throws(ScriptLoadFailure) {
      try plan.values.readSecrets()
    } catch {
      complain(lines: error.text)
      exit(error.status)
    }
    onLoop { [plan] start, loop in await SuiteSupervision(plan, start, on: loop).run() }
  }
}

/// All scripts of `run`, under the signals and the total timeout.
private struct SuiteSupervision: Sendable {
  private let plan: ScriptSuitePlan
  private let loop: EventLoop
  private let messages: Messages
  private let suite: ScriptSuite

  private enum Event: Sendable {
    case ended
    case signal(Int32)
    case totalTimeout
    case nothing
  }

  init(_ plan: ScriptSuitePlan, _ start: Program.Start, on loop: EventLoop) {
    (self.plan, self.loop) = (plan, loop)
    messages = Messages(
      isVerbose: plan.isVerbose, isClosed: start.closedDescriptors.contains(2), on: loop)
    suite = ScriptSuite(plan, start, messages, on: loop)
  }

  func run() async -> Program.Ending {
    let event = await supervise()
    let isLate = if case .ended = event { false } else { true }
    let status = await suite.finish(by: isLate ? .after(.seconds(1)) : .never)
    var ending = Program.Ending.status(status.rawValue)
    switch event {
    case .signal(let number): ending = .signal(number)
    case .totalTimeout:
      let names = TimeoutNames(total: plan.totalTimeout)
      messages.say("run: " + names.text(.total))
      ending = .status(ExitStatus.timedOut.rawValue)
    case .ended, .nothing: break
    }
    await messages.finish()
    return ending
  }

  private func supervise() async -> Event {
    let wanted = [SIGINT, SIGTERM, SIGHUP].filter { !ProcessSignals.isIgnored($0) }
    let signals = try? SignalSource(wanted, on: loop)  // without it, signals act by their default
    return await withTaskGroup(of: Event.self) { group in
      group.addTask { [suite] in
        await suite.run()
        return .ended
      }
      if let signals {
        group.addTask { await signals.next().map { .signal($0) } ?? .nothing }
      }
      if let limit = plan.totalTimeout {
        group.addTask { [loop] in
          await loop.sleep(until: .after(limit)) ? .totalTimeout : .nothing
        }
      }
      var first = Event.nothing
      while let event = await group.next() {
        if case .nothing = event { continue }
        if case .nothing = first { first = event }
        group.cancelAll()
        // From here on a signal ends us at once.
        if case .signal = event { ProcessSignals.unblockAll() }
      }
      return first
    }
  }
}
