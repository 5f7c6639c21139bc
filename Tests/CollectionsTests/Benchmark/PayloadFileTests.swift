import Foundation
import Testing

@testable import VectorCollections

@Suite struct PayloadFileTests {
    private func parse(_ lines: [String], count: Int? = nil) throws -> PayloadFile.Rows {
        try PayloadFile.parse(
            Data(lines.joined(separator: "\n").utf8), path: "meta.jsonl", count: count ?? lines.count)
    }

    @Test("Kinds come from the values of all lines")
    func kinds() throws {
        let long = String(repeating: "x", count: 1_001)
        let rows = try parse([
            #"{"role":"r1","uses":3,"score":1,"at":"2024-05-01T10:00:00Z","skills":["a","b"],"open":true,"note":"n"}"#,
            #"{"role":null,"uses":-2,"score":2.5,"at":"2024-05-02T10:00:00Z","skills":[],"open":false}"#,
            "{\"role\":\"2024-05-02T10:00:00Z\",\"note\":\"\(long)\"}",
        ])
        #expect(
            rows.fields == [
                .init("at", .datetime), .init("note", .text), .init("open", .bool), .init("role", .keyword),
                .init("score", .float), .init("skills", .keywords), .init("uses", .integer),
            ])
        #expect(
            rows.payloads[0] == [
                "at": .datetime(Date(timeIntervalSince1970: 1_714_557_600)), "note": .text("n"), "open": .bool(true),
                "role": .keyword("r1"), "score": .float(1), "skills": .keywords(["a", "b"]), "uses": .integer(3),
            ])
        #expect(rows.payloads[1]["role"] == nil && rows.payloads[1]["score"] == .float(2.5))
        #expect(rows.payloads[2] == ["role": .keyword("2024-05-02T10:00:00Z"), "note": .text(long)])
    }

    @Test("What is inferred fits a collection")
    func schema() throws {
        let rows = try parse([#"{"a":"x","b":1,"c":1.5,"d":["y"],"e":true}"#, "{}"])
        let schema = try BenchmarkPoints.schema(dimension: 2, fields: rows.fields)
        for payload in rows.payloads {
            _ = try PreparedPoint(Point(id: AnnBenchmark.id(0), vector: [1, 0], payload: payload), schema: schema)
        }
    }

    @Test("Lines beyond the rows are not read")
    func fewer() throws { #expect(try parse([#"{"a":1}"#, "no JSON"], count: 1).payloads.count == 1) }

    @Test("A value of another kind is refused by line and field")
    func mismatch() {
        #expect(
            throws: BenchmarkFileError(
                path: "meta.jsonl", place: "line 2, field 'a'",
                problem: "a string came, allowed is integer as on the lines before")
        ) { try parse([#"{"a":1}"#, #"{"a":"x"}"#]) }
    }

    @Test("A missing line is refused")
    func missing() {
        #expect(
            throws: BenchmarkFileError(
                path: "meta.jsonl", place: "line 2",
                problem: "it is missing, needed is a line for each of 2 rows")
        ) { try parse([#"{"a":1}"#], count: 2) }
    }

    @Test("What is no object of scalars is refused by its line", arguments: [#"{"a":{}}"#, "[]", "{", ""])
    func malformed(line: String) {
        let error = #expect(throws: BenchmarkFileError.self) { try parse([#"{"b":1}"#, line, #"{"b":1}"#]) }
        #expect(error?.place == "line 2")
    }
}
