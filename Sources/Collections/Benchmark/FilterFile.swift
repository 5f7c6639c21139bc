public import Foundation

/// Named filters as the field's benchmarks exchange them: `{"NAME": {"conds": [["FIELD", value], …], "n": 1257}, …}`. A
/// point matches when it has every value; `n`, which may be missing, is how many do. Other keys are passed over.
public enum FilterFile {
    public struct NamedFilter: Sendable, Equatable {
        /// Letters, digits, `_` and `-`: it stands in names of files.
        public let name: String
        public let filter: Filter
        /// How many points match, as the file says.
        public let matchingCount: Int?
    }

    /// The filters in the order of their names.
    /// - Parameter rows: what the filters are about; gives the values their kinds.
    /// - Throws: `BenchmarkFileError`, and what reading throws.
    public static func read(_ url: URL, for rows: PayloadFile.Rows) throws -> [NamedFilter] {
        try parse(try Data(contentsOf: url), path: url.path, for: rows)
    }

    private struct Entry: Decodable {
        let conds: [Condition]
        let n: Int?
    }

    private struct Condition: Decodable {
        let field: String
        let value: JSONScalar

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            field = try container.decode(String.self)
            value = try container.decode(JSONScalar.self)
            guard container.isAtEnd else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "more than a field and a value came")
            }
        }
    }

    static func parse(
        _ data: Data, path: String, for rows: PayloadFile.Rows
    ) throws(BenchmarkFileError) -> [NamedFilter] {
        let entries = try BenchmarkFileError.decode(
            [String: Entry].self, from: data, path: path, place: "the file")
        guard !entries.isEmpty else {
            throw BenchmarkFileError(path: path, place: "the file", problem: "it has no filter, needed is one at least")
        }
        var filters: [NamedFilter] = []
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
            let place = "filter '\(name)'"
            guard !name.isEmpty, name.utf8.allSatisfy(isNameByte) else {
                throw BenchmarkFileError(
                    path: path, place: place, problem: "allowed in names are letters, digits, '_' and '-'")
            }
            var conditions: [Filter] = []
            for condition in entry.conds {
                conditions.append(try filter(condition, rows, path: path, place: place))
            }
            let filter = conditions.count == 1 ? conditions[0] : Filter.all(conditions)
            filters.append(NamedFilter(name: name, filter: filter, matchingCount: entry.n))
        }
        return filters
    }

    private static func filter(
        _ condition: Condition, _ rows: PayloadFile.Rows, path: String, place: String
    ) throws(BenchmarkFileError) -> Filter {
        guard let field = rows.fields.first(where: { $0.name == condition.field }) else {
            throw BenchmarkFileError(
                path: path, place: place,
                problem: "the field '\(condition.field)' came, allowed are "
                    + rows.fields.map(\.name).joined(separator: ", "))
        }
        if field.kind == .keywords, case .string(let keyword) = condition.value {
            return .equals(field.name, .keyword(keyword))
        }
        guard field.kind != .text, field.kind != .keywords,
            let value = rows.kinds.value(condition.value, field: field.name)
        else {
            throw BenchmarkFileError(
                path: path, place: "\(place), field '\(field.name)'",
                problem: "\(condition.value.name) came, the payloads have \(field.kind.rawValue)")
        }
        return .equals(field.name, value)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
