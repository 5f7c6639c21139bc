/// Who dealt with which item, in order of time; people and items are numbered by first appearance.
public struct RatingLog: Sendable {
    public static let rowsMax = 50_000_000

    /// Each person's items, oldest first; of an item met several times the first counts.
    public var sequences: [[Int32]]
    public var itemCount: Int

    public init(sequences: [[Int32]], itemCount: Int) {
        self.sequences = sequences
        self.itemCount = itemCount
    }

    /// Reads lines of user, item, rating and timestamp, gzip or plain, between commas or tabs; a first line that says
    /// `user,item,rating,timestamp` is a header. Ratings are checked to be numbers and otherwise not used. Rows of one
    /// person with the same timestamp keep the file's order.
    /// - Throws: `AnswerLogError`, at the first bad row with its line.
    public static func read(path: String) throws -> RatingLog {
        let log = try parse(GzipFile.read(path))
        guard !log.sequences.isEmpty else { throw AnswerLogError.empty(path: path) }
        return log
    }

    /// As `read`, of text in memory; a text without ratings gives an empty log.
    public static func parse(_ text: [UInt8]) throws(AnswerLogError) -> RatingLog {
        var parser = RatingLogParser()
        var line = 0
        for bytes in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            try parser.take(bytes, line: line)
        }
        return parser.log
    }
}

/// Turns lines into rows.
struct RatingLogParser {
    private struct Row {
        let item: Int32
        let seconds: Double
    }

    private var people: [String: Int] = [:]
    private var items: [String: Int32] = [:]
    private var rows: [[Row]] = []
    private var count = 0

    mutating func take(_ bytes: ArraySlice<UInt8>, line: Int) throws(AnswerLogError) {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        if bytes.isEmpty { return }
        guard bytes.count <= 4 * AnswerLogParser.fieldBytesMax, let text = String(validating: bytes, as: UTF8.self)
        else {
            throw .row(
                line: line, column: "the row", received: "\(bytes.count) bytes",
                allowed: "\(4 * AnswerLogParser.fieldBytesMax) bytes of UTF-8")
        }
        let fields = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "\t" }
        guard fields.count == 4 else {
            throw .row(
                line: line, column: "the row", received: "\(fields.count) fields",
                allowed: "user, item, rating and timestamp")
        }
        if line == 1, fields[0] == "user", fields[1] == "item" { return }
        for (column, field) in zip(["user", "item"], fields) where field.isEmpty {
            throw .row(line: line, column: column, received: "", allowed: "a name that is not empty")
        }
        guard let rating = Double(fields[2]), rating.isFinite else {
            throw .row(line: line, column: "rating", received: String(fields[2]), allowed: "a number")
        }
        guard let seconds = Double(fields[3]), seconds.isFinite else {
            throw .row(line: line, column: "timestamp", received: String(fields[3]), allowed: "a number")
        }
        count += 1
        guard count <= RatingLog.rowsMax else {
            throw .row(line: line, column: "the row", received: "one more", allowed: "\(RatingLog.rowsMax) rows in all")
        }
        let item = items[String(fields[1])] ?? Int32(items.count)
        items[String(fields[1])] = item
        let person = people[String(fields[0])] ?? people.count
        people[String(fields[0])] = person
        if person == rows.count { rows.append([]) }
        rows[person].append(Row(item: item, seconds: seconds))
    }

    var log: RatingLog {
        let sequences = rows.map { rows -> [Int32] in
            let ordered = rows.indices.sorted { (rows[$0].seconds, $0) < (rows[$1].seconds, $1) }
            var met: Set<Int32> = []
            return ordered.map { rows[$0].item }.filter { met.insert($0).inserted }
        }
        return RatingLog(sequences: sequences, itemCount: items.count)
    }
}
