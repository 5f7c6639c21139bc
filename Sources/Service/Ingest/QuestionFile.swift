import Foundation

/// Reads a file of questions: JSON Lines, CSV with a header, a JSON list, or the nested category → topic → list of old
/// seed files. What cannot be read is reported by its place; the rest is kept.
struct QuestionFile {
    /// A place in the file that could not be read.
    struct Failure: Sendable, Equatable {
        let place: String
        let reason: String
    }

    static let bytesMax = 200_000_000

    private(set) var records: [QuestionRecord] = []
    private(set) var failures: [Failure] = []

    /// - Throws: `QuestionFileError` when the file as a whole cannot be read.
    init(contentsOf file: URL) throws {
        let data: Data
        do {
            data = try Data(contentsOf: file, options: .mappedIfSafe)
        } catch {
            throw QuestionFileError(file: file.path, problem: error.localizedDescription)
        }
        guard data.count <= Self.bytesMax else {
            throw QuestionFileError(file: file.path, problem: "it has more than \(Self.bytesMax) bytes")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw QuestionFileError(file: file.path, problem: "it is not UTF-8")
        }
        try read(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text, name: file)
    }

    private mutating func read(_ text: String, name: URL) throws {
        switch name.pathExtension.lowercased() {
        case "csv": try readCSV(text, name: name)
        case "json": try readJSON(text, name: name)
        case "jsonl", "ndjson": readLines(text)
        default:
            let problem = "its ending should be .jsonl, .ndjson, .json or .csv"
            throw QuestionFileError(file: name.path, problem: problem)
        }
    }

    private mutating func readLines(_ text: String) {
        let decoder = JSONDecoder()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.allSatisfy(\.isWhitespace) else { continue }
            let place = "line \(index + 1)"
            do {
                let fields = try decoder.decode([String: JSONValue].self, from: Data(line.utf8))
                records.append(QuestionRecord(place: place, fields: fields))
            } catch {
                failures.append(Failure(place: place, reason: "it is not a JSON object"))
            }
        }
    }

    private mutating func readCSV(_ text: String, name: URL) throws {
        var rows = CSVRows(text)
        guard let header = rows.next() else { throw QuestionFileError(file: name.path, problem: "it is empty") }
        let columns = header.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        guard columns.contains(where: { ["question_text", "question", "text"].contains($0) }) else {
            throw QuestionFileError(file: name.path, problem: "its first row has no column question_text")
        }
        while let row = rows.next() {
            if row.fields.allSatisfy(\.isEmpty) { continue }
            guard row.fields.count == columns.count, !row.isUnterminated else {
                let reason =
                    row.isUnterminated
                    ? "a quoted field has no end" : "it has \(row.fields.count) fields, the header has \(columns.count)"
                failures.append(Failure(place: "line \(row.line)", reason: reason))
                continue
            }
            var fields: [String: JSONValue] = [:]
            for (column, value) in zip(columns, row.fields) where !value.isEmpty { fields[column] = .string(value) }
            records.append(QuestionRecord(place: "line \(row.line)", fields: fields))
        }
    }

    private mutating func readJSON(_ text: String, name: URL) throws {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw QuestionFileError(file: name.path, problem: "it is not valid JSON")
        }
        switch value {
        case .array(let items): readItems(items, path: "", inherited: [:])
        case .object(let categories):
            for (category, topics) in categories.sorted(by: { $0.key < $1.key }) { readTopics(topics, of: category) }
        default: throw QuestionFileError(file: name.path, problem: "it should be a list or an object of categories")
        }
    }

    private mutating func readTopics(_ topics: JSONValue, of category: String) {
        switch topics {
        case .array(let items): readItems(items, path: category, inherited: ["category": .string(category)])
        case .object(let lists):
            for (topic, list) in lists.sorted(by: { $0.key < $1.key }) {
                guard case .array(let items) = list else {
                    failures.append(Failure(place: "\(category).\(topic)", reason: "it should be a list of questions"))
                    continue
                }
                let inherited: [String: JSONValue] = ["category": .string(category), "subcategory": .string(topic)]
                readItems(items, path: "\(category).\(topic)", inherited: inherited)
            }
        default: failures.append(Failure(place: category, reason: "it should be a list or an object of topics"))
        }
    }

    private mutating func readItems(_ items: [JSONValue], path: String, inherited: [String: JSONValue]) {
        for (index, item) in items.enumerated() {
            let place = "\(path)[\(index)]"
            switch item {
            case .string(let text):
                let fields = inherited.merging(["question_text": .string(text)]) { _, own in own }
                records.append(QuestionRecord(place: place, fields: fields))
            case .object(let own):
                records.append(QuestionRecord(place: place, fields: inherited.merging(own) { _, own in own }))
            default: failures.append(Failure(place: place, reason: "it should be a text or an object"))
            }
        }
    }
}

/// A file of questions that cannot be read as a whole.
struct QuestionFileError: Error, CustomStringConvertible {
    let file: String
    let problem: String

    var description: String { "cannot read \(file): \(problem)" }
}
