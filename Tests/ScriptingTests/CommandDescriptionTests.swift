import Scripting
import Testing

@Suite struct CommandDescriptionTests {
  @Test func `no name stands twice, and every line of help fits`() {
    let names = CommandDescription.all.map(\.name)
    #expect(Set(names).count == names.count)
    for command in CommandDescription.all {
      #expect(command.usage.isEmpty == (command.argument == .none), "\(command.name)")
      #expect(command.help.count <= 52, "\(command.name)")
      #expect(CommandDescription.named(command.name)?.usage == command.usage)
    }
  }
}
