import ByteText

extension Outcome {
  /// The row as one line of JSON.
  var json: String {
    var object = JSONObject()
    object.add("row", row.name)
    if let failure { object.add("failure", failure) }
    if !absences.isEmpty { object.add("not measured", reasons) }
    object.add("figures", figures)
    object.add("limits", limits)
    var line: [UInt8] = []
    object.finish(into: &line)
    return String(decoding: line, as: UTF8.self)
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
