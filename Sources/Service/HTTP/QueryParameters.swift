import Catalog
import Foundation
import Hummingbird

/// Reads typed parameters of a request's query and gathers everything that is wrong with them.
struct QueryParameters {
    private let parameters: Parameters
    private var check = FieldCheck()

    init(_ request: Request) { parameters = Parameters(query: request.uri.query ?? "") }

    mutating func text(_ name: String, lengthMax: Int) -> String? {
        check.text(parameters[name], name, in: 1...lengthMax)
    }

    mutating func requiredText(_ name: String, lengthMax: Int) -> String {
        guard let text = parameters[name] else {
            check.add(FieldIssue(type: "missing", field: name, message: "Field required"))
            return ""
        }
        return check.text(text, name, in: 1...lengthMax)
    }

    /// A UUID that must be there.
    mutating func requiredID(_ name: String) -> UUID {
        let text = requiredText(name, lengthMax: 100)
        if let id = UUID(uuidString: text) { return id }
        if !text.isEmpty {
            check.add(
                FieldIssue(type: "uuid_parsing", field: name, message: "Input should be a valid UUID", input: text))
        }
        return UUID()
    }

    /// Given once with commas between, or several times.
    mutating func texts(_ name: String, countMax: Int, lengthMax: Int) -> [String] {
        let values = parameters.all(name).flatMap { $0.split(separator: ",").map(String.init) }
        return check.texts(values, name, countMax: countMax, lengthMax: lengthMax)
    }

    mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = parameters[name] else { return fallback }
        guard let number = Int(text) else {
            check.add(
                FieldIssue(type: "int_parsing", field: name, message: "Input should be a whole number", input: text))
            return fallback
        }
        return check.number(number, name, in: range)
    }

    mutating func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, or other: String) -> Value? {
        guard let (field, text) = parameters[name].map({ (name, $0) }) ?? parameters[other].map({ (other, $0) }) else {
            return nil
        }
        return check.choice(text, field)
    }

    /// - Throws: `APIError` 422 with everything found.
    func finish() throws {
        if !check.issues.isEmpty { throw APIError.invalid(check.issues, in: "query") }
    }

    /// The values of a query by name.
    private struct Parameters {
        private let values: [(String, String)]

        /// Splits `a=1&b=2`; a plus is a space, and an escape that means nothing is left as it came.
        init(query: String) {
            values = query.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
            }
        }

        private static func decoded(_ text: Substring) -> String {
            let spaced = text.replacing("+", with: " ")
            return spaced.removingPercentEncoding ?? String(spaced)
        }

        subscript(name: String) -> String? { values.first { $0.0 == name }?.1 }

        func all(_ name: String) -> [String] { values.filter { $0.0 == name }.map(\.1) }
    }
}

extension APIContext {
    /// The UUID in the path.
    /// - Throws: `APIError` 422 for a malformed one.
    func pathID(_ name: String = "id") throws -> UUID {
        let text = parameters.get(name) ?? ""
        guard let id = UUID(uuidString: text) else {
            let message = "Input should be a valid UUID"
            throw APIError.invalid(
                [FieldIssue(type: "uuid_parsing", field: name, message: message, input: text)], in: "path")
        }
        return id
    }
}
