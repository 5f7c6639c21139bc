/// The whole result of a statement, in memory and in binary; values are decoded when they are asked for.
public final class Rows: RandomAccessCollection, Sendable {
    let result: ResultHandle
    let layout: ColumnLayout

    init(result: ResultHandle, layout: ColumnLayout) {
        self.result = result
        self.layout = layout
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { result.rowCount }
    public subscript(position: Int) -> Row {
        precondition(position >= 0 && position < endIndex, "row \(position) of \(endIndex)")
        return Row(rows: self, index: position)
    }

    /// Names of the columns in order.
    public var columns: [String] { layout.names }

    /// How many rows the statement inserted, updated, deleted or selected; 0 for other statements.
    public var affected: Int { result.affected }
}
