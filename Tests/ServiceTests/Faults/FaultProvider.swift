import Foundation
import Synchronization
import TestSupport

/// A provider of embeddings that works, is slow or is away, as a fault run wants it. A text's vector depends on nothing
/// but the text, so that a test knows what searches should find.
final class FaultProvider: Sendable {
    enum Mood: Sendable { case well, slow, away, busy }

    static let dimension = 48
    private static let lateMilliseconds: Int64 = 200

    private let moodNow = Mutex(Mood.well)

    var mood: Mood {
        get { moodNow.withLock { $0 } }
        set { moodNow.withLock { $0 = newValue } }
    }

    func answer(_ request: ScriptedServer.Request) -> ScriptedServer.Answer {
        switch mood {
        case .well: Self.vectors(of: request.input)
        case .slow: .late(milliseconds: Self.lateMilliseconds, Self.vectors(of: request.input))
        case .away: .close
        case .busy: .reply(status: 429, headers: [("retry-after", "1")], body: "{}")
        }
    }

    private static func vectors(of texts: [String]) -> ScriptedServer.Answer {
        let items = texts.enumerated().map { index, text in
            "{\"index\": \(index), \"embedding\": [\(vector(of: text).map { "\($0)" }.joined(separator: ","))]}"
        }
        return .reply(body: "{\"data\": [\(items.joined(separator: ","))], \"usage\": {\"total_tokens\": 1}}")
    }

    /// A point of the unit sphere.
    static func vector(of text: String) -> [Float] {
        // FNV-1a, so that it is the same in every process.
        let seed = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SeededGenerator(seed: seed)
        let values = (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }
}
