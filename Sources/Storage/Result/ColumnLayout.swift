/// Names and types of a result's columns. Results of one prepared statement share theirs.
final class ColumnLayout: Sendable {
    let names: [String]
    let types: [PostgresType]
    private let indexByName: [String: Int]

    init(of result: ResultHandle) {
        names = (0..<result.columnCount).map(result.columnName)
        types = (0..<result.columnCount).map(result.columnType)
        indexByName = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether the layout describes `result`, whose statement has not changed since.
    func describes(_ result: ResultHandle) -> Bool {
        result.columnCount == types.count && types.indices.allSatisfy { result.columnType($0) == types[$0] }
    }

    /// O(1). Of columns with the same name, the first.
    func index(of name: String) -> Int? { indexByName[name] }
}
