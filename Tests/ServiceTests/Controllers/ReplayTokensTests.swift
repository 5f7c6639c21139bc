import Catalog
import Foundation
import Recommend
import TestSupport
import Testing
import VectorCollections

@testable import greenroom

@Suite struct ReplayTokensTests {
    private let tokens = ReplayTokens(secret: Secret("one secret of at least 32 characters"))

    private func request(_ post: String = "We need Go.", count: Int = 5) throws -> SuggestionRequest {
        try SuggestionRequest(post: post, role: "Developer", count: count)
    }

    @Test func aTokenSaysWhatItWasMadeOf() throws {
        for seed in UInt64(0)..<100 {
            var generator = SeededGenerator(seed: seed)
            func ids() -> [UUID] { (0..<generator.below(21)).map { _ in Self.id(&generator) } }
            let all = ids()
            let split = all.isEmpty ? 0 : generator.below(all.count + 1)
            let set = EarlierSet(forNeeds: Array(all.prefix(split)), forRole: Array(all.dropFirst(split)))
            let position = Position(Int64.random(in: 0...Int64.max, using: &generator))
            let token = tokens.token(set, of: try request(), position: position, model: "m@1/384")
            #expect(token.utf8.count <= ReplayTokens.lengthMax && !token.contains { "+/=".contains($0) })
            let content = try tokens.content(of: token, for: try request())
            #expect(content.set == set && content.position == position, "seed \(seed)")
            #expect(content.isOf(position: position, model: "m@1/384"))
            #expect(!content.isOf(position: position, model: "m@2/384"))
        }
    }

    @Test func whatIsNotATokenOfThisRequestAndServiceIsRefused() throws {
        var generator = SeededGenerator(seed: 1)
        let set = EarlierSet(forNeeds: [Self.id(&generator)], forRole: [])
        let token = tokens.token(set, of: try request(), position: 7, model: "m")
        let other = ReplayTokens(secret: Secret("another secret of 32 characters too"))
        #expect(throws: ValidationError.self) { try other.content(of: token, for: try request()) }
        #expect(throws: ValidationError.self) { try tokens.content(of: token, for: try request("We need Rust.")) }
        #expect(throws: ValidationError.self) { try tokens.content(of: token, for: try request(count: 6)) }
        let long = String(repeating: "A", count: ReplayTokens.lengthMax + 1)
        for text in ["", "no token", "é", long, String(token.dropLast(4)), token + "AAAA"] {
            #expect(throws: ValidationError.self, "\(text)") { try tokens.content(of: text, for: try request()) }
        }
        // Any changed letter but the last, whose low bits base64 does not use.
        for place in token.indices.dropLast() {
            var changed = token
            changed.replaceSubrange(place...place, with: token[place] == "A" ? "B" : "A")
            #expect(throws: ValidationError.self, "\(changed)") { try tokens.content(of: changed, for: try request()) }
        }
    }

    private static func id(_ generator: inout SeededGenerator) -> UUID {
        let text = (0..<16).map { _ in String(format: "%02x", generator.below(256)) }.joined()
        let parts = [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { start, count in
            String(text.dropFirst(start).prefix(count))
        }
        return UUID(uuidString: parts.joined(separator: "-")) ?? UUID()
    }
}
