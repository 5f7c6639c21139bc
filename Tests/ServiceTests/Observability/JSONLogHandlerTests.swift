import Foundation
import Logging
import Testing

@testable import greenroom

@Suite struct JSONLogHandlerTests {
    @Test func writesOneValidObjectALine() throws {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        var logger = Logger(label: "test") { JSONLogHandler(label: $0, level: .info, output: output) }
        logger[metadataKey: "request_id"] = "r-1"
        logger.info("say \"hi\"\n\u{1}", metadata: ["count": "\(3)", "list": ["a", "b"], "map": ["k": "v"]])
        logger.debug("not shown")
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self).split(
            separator: "\n")
        #expect(lines.count == 1)
        let record = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(record["message"] as? String == "say \"hi\"\n\u{1}")
        #expect(record["request_id"] as? String == "r-1")
        #expect(record["list"] as? [String] == ["a", "b"])
        #expect((record["map"] as? [String: String]) == ["k": "v"])
    }
}
