// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// A library target and its tests, which may import whatever the target imports.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: strict),
    .testTarget(
      name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
      swiftSettings: strict),
  ]
}

let package = Package(
  name: "sockcat",
  products: [
    .library(name: "Sockets", targets: ["Sockets"]),
    .executable(name: "sockcat", targets: ["sockcat"]),
    .executable(name: "sockcat-benchmark", targets: ["Benchmark"]),
  ],
  traits: [
    .trait(name: "Readline", description: "Line editing at the prompt, by GNU readline."),
    .default(enabledTraits: ["Readline"]),
  ],
  dependencies: [
    // What it uses of Foundation must be in Sources/FoundationEssentials.
    .package(
      url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.0")),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
  ],
  targets: [
    .target(name: "CLinux"),
    .target(name: "CBenchmark"),
    .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPCRE", providers: [.apt(["libpcre2-dev"])]),
    .target(
      name: "CReadline",
      cSettings: [.define("WITH_READLINE", .when(traits: ["Readline"]))],
      linkerSettings: [
        .linkedLibrary("readline", .when(traits: ["Readline"])),
        .linkedLibrary("tinfo", .when(traits: ["Readline"])),
      ]),
    .target(name: "CStart"),
    .executableTarget(
      name: "sockcat", dependencies: ["Commands", "CStart"], swiftSettings: strict),
    .executableTarget(
      name: "Benchmark",
      dependencies: ["Sockets", "ByteText", "CLinux", "CBenchmark", system, arguments],
      swiftSettings: strict),
    .testTarget(name: "BenchmarkTests", dependencies: ["Benchmark"], swiftSettings: strict),
    .testTarget(
      name: "sockcatTests", dependencies: ["TestSupport"], exclude: ["Scripts", "ExampleScripts"],
      swiftSettings: strict),
    .target(
      name: "TestSupport", dependencies: ["Sockets", "CLinux", system], path: "Tests/TestSupport",
      swiftSettings: strict),
  ]
    + library("ByteText")
    + library("Sockets", ["CLinux", system])
    + library("Digests", ["Sockets", "COpenSSL"])
    + library("TLS", ["Sockets", "ByteText", "COpenSSL", system])
    + library("Relaying", ["Sockets", "ByteText"])
    + library("Serving", ["Sockets", "Relaying", "ByteText"])
    + library("Transcripts", ["Sockets", "ByteText"])
    + library("Scripting", ["Sockets", "ByteText", "CPCRE"])
    + library("Terminal", ["Sockets", "ByteText", "CReadline", system])
    + library(
      "Commands",
      [
        "Sockets", "Digests", "TLS", "Relaying", "Serving", "Transcripts", "Scripting", "Terminal",
        "ByteText", system, arguments,
      ])
)
