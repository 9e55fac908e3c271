import ByteText

extension Outcome {
  /// The row as one line of JSON.
  var json: String {
    var object = JSONObject()
    object.add("row", row.name)
    object.add("summary", row.summary)
    if let failure { object.add("failure", failure) }
    if !absences.isEmpty { object.add("not-measured", reasons) }
    object.add("figures", figures)
    object.add("limits", limits)
    return object.line
  }

  private var reasons: JSONObject {
    var all = JSONObject()
    for contender in row.contenders {
      if let reason = absences[contender] { all.add(contender.name, reason) }
    }
    return all
  }

  private var figures: JSONObject {
    var all = JSONObject()
    for (place, figure) in row.figures.enumerated() {
      var object = JSONObject()
      object.add("unit", figure.unit)
      for contender in row.contenders {
        object.add(contender.name, spread(of: contender, place))
      }
      all.add(figure.name, object)
    }
    return all
  }

  private func spread(of contender: Contender, _ figure: Int) -> JSONObject {
    let values = samples[contender]?[figure] ?? []
    var object = JSONObject()
    object.add("value", value(of: contender, figure))
    object.add("least", values.min() ?? .nan)
    object.add("greatest", values.max() ?? .nan)
    object.add("rounds", values.count)
    return object
  }

  private var limits: JSONObject {
    var all = JSONObject()
    for verdict in verdicts {
      var object = JSONObject()
      object.add("measured", verdict.measured)
      object.add("holds", verdict.holds)
      all.add("\(name(of: verdict.limit)) \(verdict.text)", object)
    }
    return all
  }
}

extension Machine {
  /// What was measured on and with, as one line of JSON.
  var json: String {
    var object = JSONObject()
    object.add("machine", Self.object(of: facts))
    object.add("versions", Self.object(of: versions))
    object.add("date", date)
    object.add("command", command)
    return object.line
  }

  private static func object(of facts: [Fact]) -> JSONObject {
    var object = JSONObject()
    for fact in facts { object.add(fact.name, fact.text) }
    return object
  }
}

extension JSONObject {
  fileprivate var line: String {
    var bytes: [UInt8] = []
    finish(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
