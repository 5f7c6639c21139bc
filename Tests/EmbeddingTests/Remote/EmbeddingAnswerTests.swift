import Foundation
import TestSupport
import Testing

@testable import Embedding

@Suite struct EmbeddingAnswerTests {
    private func read(_ json: String, count: Int = 2) throws(EmbeddingAnswerError) -> EmbeddingAnswer {
        try EmbeddingAnswer(json: Data(json.utf8), count: count, dimension: 2)
    }

    private func problem(_ json: String, count: Int = 2) -> EmbeddingAnswerError? {
        do {
            _ = try read(json, count: count)
            return nil
        } catch {
            return error
        }
    }

    @Test func ordersAndNormalises() throws {
        let answer = try read(
            #"{"object":"list","data":[{"index":1,"embedding":[0,-5]},{"index":0,"embedding":[3,4.0]}],"#
                + #""usage":{"prompt_tokens":7,"total_tokens":8}}"#)
        #expect(answer.vectors == [[0.6, 0.8], [0, -1]] && answer.tokensUsed == 8)
        let tiny = try read(#"{"data":[{"index":0,"embedding":[1e-30,0]},{"index":1,"embedding":[1e30,1e30]}]}"#)
        #expect(tiny.vectors[0] == [1, 0] && abs(tiny.vectors[1][0] - 0.70710677) < 1e-7 && tiny.tokensUsed == 0)
    }

    @Test func readsBase64() throws {
        let bytes = [Float(3), Float(4)].flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }
        func json(_ bytes: [UInt8]) -> String {
            #"{"data":[{"index":0,"embedding":"\#(Data(bytes).base64EncodedString())"}]}"#
        }
        #expect(try read(json(bytes), count: 1).vectors == [[0.6, 0.8]])
        #expect(problem(json(bytes.dropLast()), count: 1) == .notBase64(index: 0))
        #expect(problem(json(Array(bytes.prefix(4))), count: 1) == .wrongDimension(index: 0, expected: 2, found: 1))
        #expect(problem(json([0, 0, 0xC0, 0x7F] + bytes.prefix(4)), count: 1) == .notFinite(index: 0))
        #expect(problem(json([0, 0, 0x80, 0xFF] + bytes.prefix(4)), count: 1) == .notFinite(index: 0))
        #expect(problem(#"{"data":[{"index":0,"embedding":"?!"}]}"#, count: 1) == .notBase64(index: 0))
    }

    @Test func refusesWrongCountsIndexesAndDimensions() {
        let one = #"{"index":0,"embedding":[1,0]}"#
        #expect(problem(#"{"data":[\#(one)]}"#) == .wrongCount(expected: 2, found: 1))
        #expect(problem(#"{"data":[]}"#) == .wrongCount(expected: 2, found: 0))
        #expect(problem(#"{"data":[\#(one),\#(one)]}"#) == .indexTwice(index: 0))
        #expect(problem(#"{"data":[\#(one),{"index":2,"embedding":[1,0]}]}"#) == .indexOutOfRange(index: 2, count: 2))
        #expect(problem(#"{"data":[\#(one),{"index":-1,"embedding":[1,0]}]}"#) == .indexOutOfRange(index: -1, count: 2))
        let long = #"{"index":1,"embedding":[1,0,0]}"#
        #expect(problem(#"{"data":[\#(one),\#(long)]}"#) == .wrongDimension(index: 1, expected: 2, found: 3))
        #expect(problem(#"{"data":[{"index":0,"embedding":[0,-0.0]},\#(one)]}"#) == .zeroVector(index: 0))
    }

    @Test func saysWhereItIsNoAnswer() {
        func place(_ json: String) -> String? {
            guard case .notDecodable(let place) = problem(json) else { return nil }
            return place
        }
        #expect(place("<html>Bad gateway</html>") == "the body")
        #expect(place("") == "the body" && place("{") == "the body" && place(#"{"data":[{"index":0"#) == "the body")
        #expect(place(#"{"data":{}}"#) == "data" && place("{}") == "data")
        #expect(place(#"{"data":[{"embedding":[1,0]}]}"#) == "data.[0].index")
        #expect(place(#"{"data":[{"index":0,"embedding":{"a":1}}]}"#) == "data.[0].embedding")
        #expect(place(#"{"data":[{"index":0,"embedding":[1,"x"]}]}"#)?.hasPrefix("data.[0].embedding") ?? false)
        #expect(place(#"{"data":[{"index":0,"embedding":[1,null]}]}"#) != nil)
        #expect(place(#"{"data":[{"index":0,"embedding":[NaN,1]},{"index":1,"embedding":[1,0]}]}"#) != nil)
        #expect(place(#"{"data":[{"index":0,"embedding":[1e99,1]},{"index":1,"embedding":[1,0]}]}"#) != nil)
    }

    /// Cut or changed anywhere, an answer is refused or gives unit vectors, but never others.
    @Test(arguments: [31, 32]) func neverGivesABadVector(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let good = Array(
            #"{"data":[{"index":1,"embedding":[0.25,-5e-1]},{"index":0,"embedding":"AABAQAAAgEA="}],"usage":null}"#.utf8
        )
        var refused = 0
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0...generator.below(3) {
                let place = generator.below(bytes.count)
                if generator.chance(0.3) {
                    bytes.removeSubrange(place...)
                } else {
                    bytes[place] = UInt8(generator.below(128))
                }
                if bytes.isEmpty { break }
            }
            do {
                let answer = try EmbeddingAnswer(json: Data(bytes), count: 2, dimension: 2)
                let lengths = answer.vectors.map { ($0[0] * $0[0] + $0[1] * $0[1]).squareRoot() }
                #expect(lengths.count == 2 && lengths.allSatisfy { abs($0 - 1) < 1e-5 }, "seed \(seed)")
            } catch {
                refused += 1
            }
        }
        #expect(refused > 1_000, "seed \(seed)")
    }
}
