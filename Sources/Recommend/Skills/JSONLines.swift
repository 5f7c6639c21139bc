import Foundation

/// A file with one JSON value a line; empty lines are passed over.
struct JSONLines {
    private let name: String
    private let lines: [(number: Int, text: Substring)]

    init(contentsOf file: URL) throws {
        name = file.lastPathComponent
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw VocabularyError(source: file.path, line: 0, problem: "cannot be read: \(error.localizedDescription)")
        }
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.allSatisfy(\.isWhitespace) }
            .map { ($0.offset + 1, $0.element) }
    }

    /// Every line as a `Value`.
    /// - Throws: `VocabularyError` for the first line that does not fit.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> [Value] {
        let decoder = JSONDecoder()
        return try lines.map { line in
            do {
                return try decoder.decode(type, from: Data(line.text.utf8))
            } catch {
                throw VocabularyError(source: name, line: line.number, problem: "\(error)")
            }
        }
    }
}
