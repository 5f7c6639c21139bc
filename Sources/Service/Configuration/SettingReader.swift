import Foundation

/// Reads typed settings from the environment and gathers everything that is wrong, so that an operator hears of all of
/// it at the first start. A secret may be given as a file by the same name with `_FILE` behind it.
struct SettingReader {
    private let environment: [String: String]
    private var problems: [String] = []
    private var known: Set<String> = []

    init(environment: [String: String]) { self.environment = environment }

    mutating func text(_ key: String, default fallback: String) -> String { value(key) ?? fallback }

    mutating func optionalText(_ key: String) -> String? { value(key) }

    mutating func integer(_ key: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = value(key) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            refuse(key, text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return number
    }

    mutating func optionalInteger(_ key: String, in range: ClosedRange<Int>) -> Int? {
        value(key) == nil ? nil : integer(key, default: range.lowerBound, in: range)
    }

    mutating func boolean(_ key: String, default fallback: Bool) -> Bool {
        guard let text = value(key) else { return fallback }
        switch text.lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default:
            refuse(key, text, "true or false")
            return fallback
        }
    }

    mutating func choice<Value: RawRepresentable<String> & CaseIterable>(_ key: String, default fallback: Value)
        -> Value
    {
        guard let text = value(key) else { return fallback }
        guard let choice = Value(rawValue: text.lowercased()) else {
            refuse(key, text, "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "))
            return fallback
        }
        return choice
    }

    /// A list with commas between its elements.
    mutating func list(_ key: String) -> [String] {
        (value(key) ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// The value of `KEY`, or the content of the file that `KEY_FILE` names, without a line end.
    mutating func secret(_ key: String) -> Secret? {
        let direct = value(key)
        guard let path = value(key + "_FILE") else { return direct.map(Secret.init) }
        if direct != nil {
            problems.append("\(key) and \(key)_FILE are both set: keep one of them")
        }
        do {
            let content = try String(contentsOfFile: path, encoding: .utf8)
            return Secret(content.trimmingCharacters(in: .newlines))
        } catch {
            problems.append("\(key)_FILE names '\(path)', which cannot be read: \(error.localizedDescription)")
            return nil
        }
    }

    mutating func refuse(_ key: String, _ came: String, _ allowed: String) {
        problem("\(key) is '\(came)', allowed is \(allowed)")
    }

    /// What is read twice, for two pools say, is told once.
    mutating func problem(_ text: String) {
        if !problems.contains(text) { problems.append(text) }
    }

    /// Refuses keys that begin like ours and were not read: a misspelt setting must not be passed over in silence.
    mutating func refuseUnknown(prefixes: [String]) {
        for key in environment.keys.sorted()
        where !known.contains(key) && prefixes.contains(where: { key.hasPrefix($0) }) {
            problems.append("\(key) is not a setting of this version: correct its name or remove it")
        }
    }

    /// - Throws: `ConfigurationError` with every problem found.
    func finish() throws {
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }

    private mutating func value(_ key: String) -> String? {
        known.insert(key)
        guard let text = environment[key], !text.isEmpty else { return nil }
        return text
    }
}

/// Everything that is wrong with the configuration, a line each.
struct ConfigurationError: Error, CustomStringConvertible {
    let problems: [String]

    var description: String {
        "the configuration has \(problems.count) problem\(problems.count == 1 ? "" : "s"):\n"
            + problems.map { "  - \($0)" }.joined(separator: "\n")
    }
}
