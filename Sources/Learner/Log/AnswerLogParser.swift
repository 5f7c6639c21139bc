import Foundation

/// Turns lines of CSV into rows; errors name the line and what it may have.
struct AnswerLogParser {
    static let rowsMax = 50_000_000
    static let fieldBytesMax = 256

    private(set) var log = AnswerLog(rows: [], personCount: 0, questionCount: 0, skillCount: 0)
    private var hasTime = false
    private var people: [String: Int32] = [:]
    private var questions: [String: Int32] = [:]
    private var skills: [String: Int32] = [:]
    private var tagsByField: [String: SkillTags] = [:]

    mutating func take(_ bytes: ArraySlice<UInt8>, line: Int) throws(AnswerLogError) {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        if line == 1 { return try header(bytes) }
        if bytes.isEmpty { return }
        let fields = try Self.fields(bytes, line: line)
        guard fields.count == (hasTime ? 6 : 5) else {
            throw .row(
                line: line, column: "the row", received: "\(fields.count) fields",
                allowed: hasTime ? "6 fields" : "5 fields")
        }
        for (column, field) in zip(["user", "item"], fields) where field.isEmpty {
            throw .row(line: line, column: column, received: "", allowed: "a name that is not empty")
        }
        guard log.rows.count < Self.rowsMax else {
            throw .row(line: line, column: "the row", received: "one more", allowed: "\(Self.rowsMax) rows in all")
        }
        let score = try score(fields[3], line)
        let isTest = try isTest(fields[4], line)
        let seconds = hasTime ? try seconds(fields[5], line) : Double.nan
        let tags = try tags(fields[2], line)
        log.rows.append(
            AnswerLog.Row(
                person: Self.number(fields[0], &people), question: Self.number(fields[1], &questions), skills: tags,
                score: score, seconds: seconds, isTest: isTest))
        log.personCount = people.count
        log.questionCount = questions.count
        log.skillCount = skills.count
    }

    private mutating func header(_ bytes: ArraySlice<UInt8>) throws(AnswerLogError) {
        let text = String(decoding: bytes, as: UTF8.self)
        switch text {
        case "user,item,skills,correct,split": hasTime = false
        case "user,item,skills,correct,split,time": hasTime = true
        default: throw .header(received: String(text.prefix(Self.fieldBytesMax)))
        }
    }

    /// Fields between commas; within double quotes a comma is text and two quotes are one.
    private static func fields(_ bytes: ArraySlice<UInt8>, line: Int) throws(AnswerLogError) -> [String] {
        var fields: [String] = []
        var field: [UInt8] = []
        var quoted = false
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                let next = index + 1
                if quoted, next < bytes.endIndex, bytes[next] == byte {
                    field.append(byte)
                    index = next
                } else {
                    quoted.toggle()
                }
            } else if byte == UInt8(ascii: ","), !quoted {
                fields.append(try checked(field, line))
                field.removeAll(keepingCapacity: true)
            } else {
                field.append(byte)
            }
            index += 1
        }
        guard !quoted else {
            throw .row(line: line, column: "the row", received: "an open quote", allowed: "quotes in pairs")
        }
        fields.append(try checked(field, line))
        return fields
    }

    private static func checked(_ field: [UInt8], _ line: Int) throws(AnswerLogError) -> String {
        guard field.count <= fieldBytesMax else {
            throw .row(
                line: line, column: "a field", received: "\(field.count) bytes", allowed: "\(fieldBytesMax) bytes")
        }
        guard let text = String(validating: field, as: UTF8.self) else {
            throw .row(line: line, column: "a field", received: "bytes that are no text", allowed: "UTF-8")
        }
        return text
    }

    private static func number(_ name: String, _ names: inout [String: Int32]) -> Int32 {
        if let known = names[name] { return known }
        let number = Int32(names.count)
        names[name] = number
        return number
    }

    private func score(_ field: String, _ line: Int) throws(AnswerLogError) -> Float {
        if field == "1" { return 1 }
        if field == "0" { return 0 }
        guard let score = Float(field), score >= 0, score <= 1 else {
            throw .row(line: line, column: "correct", received: field, allowed: "a number from 0 to 1")
        }
        return score
    }

    private func isTest(_ field: String, _ line: Int) throws(AnswerLogError) -> Bool {
        switch field {
        case "train": return false
        case "test": return true
        default: throw .row(line: line, column: "split", received: field, allowed: "train or test")
        }
    }

    private func seconds(_ field: String, _ line: Int) throws(AnswerLogError) -> Double {
        guard let seconds = Double(field), seconds.isFinite, abs(seconds) < 1e12 else {
            throw .row(line: line, column: "time", received: field, allowed: "seconds within 10^12 of zero")
        }
        return seconds
    }

    private mutating func tags(_ field: String, _ line: Int) throws(AnswerLogError) -> SkillTags {
        if let known = tagsByField[field] { return known }
        var parts = field.split { ";|~ ".contains($0) }
        if parts.count == 1 {
            let digits = field.split { "_+".contains($0) }
            if digits.count > 1, digits.allSatisfy({ $0.allSatisfy(\.isNumber) }) { parts = digits }
        }
        if parts.isEmpty { parts = [""] }
        let numbers = parts.map { Self.number(String($0), &skills) }
        do {
            let tags = try SkillTags(numbers)
            tagsByField[field] = tags
            return tags
        } catch {
            throw .row(
                line: line, column: "skills", received: "\(parts.count) tags",
                allowed: "at most \(SkillTags.countMax)")
        }
    }
}
