import Foundation
import Testing

@testable import Learner

@Suite("Logs of answers")
struct AnswerLogTests {
    private let header = "user,item,skills,correct,split\n"

    private func parse(_ text: String) throws -> AnswerLog { try AnswerLog.parse(Array(text.utf8)) }

    @Test("People, questions and skills are numbered by appearance; tags, quotes, scores and line ends are read")
    func rows() throws {
        let log = try parse(header + "a,q1,s;t,1,train\r\nb,q2,t,0.25,test\na,\"q,3\",1_2,0,train\n\nb,q1,a_b,1,test")
        #expect(log.rows.map(\.person) == [0, 1, 0, 1])
        #expect(log.rows.map(\.question) == [0, 1, 2, 0])
        #expect(log.rows.map(\.score) == [1, 0.25, 0, 1])
        #expect(log.rows.map(\.isTest) == [false, true, false, true])
        #expect(try log.rows.map(\.skills) == [SkillTags([0, 1]), SkillTags(1), SkillTags([2, 3]), SkillTags(4)])
        #expect(log.personCount == 2 && log.questionCount == 3 && log.skillCount == 5)
        #expect(log.rows.allSatisfy { $0.seconds.isNaN })
        let timed = try parse("user,item,skills,correct,split,time\na,q,s,1,train,12.5\n")
        #expect(timed.rows[0].seconds == 12.5)
    }

    @Test(
        "Bad rows are refused by line, column and what is allowed",
        arguments: [
            ("a,q,s,1\n", "the row"), ("a,q,s,1,train,0\n", "the row"), (",q,s,1,train\n", "user"),
            ("a,,s,1,train\n", "item"), ("a,q,s,2,train\n", "correct"), ("a,q,s,-1,train\n", "correct"),
            ("a,q,s,nan,train\n", "correct"), ("a,q,s,,train\n", "correct"), ("a,q,s,1,Train\n", "split"),
            ("a,q,s,1,\n", "split"), ("a,q,1;2;3;4;5;6;7;8;9,1,train\n", "skills"), ("a,\"q,s,1,train\n", "the row"),
        ])
    func refused(row: String, column: String) throws {
        let error = #expect(throws: AnswerLogError.self) { try parse(header + "a,q,s,1,train\n" + row) }
        guard case .row(let line, let found, _, let allowed) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(line == 3)
        #expect(found == column)
        #expect(!allowed.isEmpty)
    }

    @Test("Other headers, no header, bad text and bad times are refused")
    func refusedFiles() throws {
        #expect(throws: AnswerLogError.header(received: "user,item")) { try parse("user,item\n") }
        #expect(throws: AnswerLogError.self) { try parse("") }
        #expect(throws: AnswerLogError.self) {
            try AnswerLog.parse(Array(header.utf8) + [0x61, 0x2C, 0xFF, 0x2C, 0x73, 0x2C, 0x31, 0x2C, 0x0A])
        }
        #expect(throws: AnswerLogError.self) { try parse("user,item,skills,correct,split,time\na,q,s,1,train,x\n") }
        #expect(throws: AnswerLogError.self) { try AnswerLog.read(path: "/nowhere/log.csv") }
    }

    @Test("Gzip files are read; cut and damaged ones are refused")
    func gzip() throws {
        // printf 'user,item,skills,correct,split\na,q,s,1,train\n' | gzip -n9 | base64
        let packed = try #require(Data(base64Encoded: Self.packed))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("learner-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        let file = folder.appendingPathComponent("log.csv.gz")
        try packed.write(to: file)
        #expect(try AnswerLog.read(path: file.path).rows.count == 1)
        for length in stride(from: 3, to: packed.count, by: 3) {
            try packed.prefix(length).write(to: file)
            #expect(throws: AnswerLogError.self) { try AnswerLog.read(path: file.path) }
        }
        var damaged = packed
        damaged[20] ^= 0xFF
        try damaged.write(to: file)
        #expect(throws: AnswerLogError.self) { try AnswerLog.read(path: file.path) }
    }

    private static let packed =
        "H4sIAAAAAAACAwXByQ0AIAgEwD+17MeSDOFBxIvF/p15tISXTXB4BKE707TAE17ScUE0VHZf8gGyWxEdLQAAAA=="
}
