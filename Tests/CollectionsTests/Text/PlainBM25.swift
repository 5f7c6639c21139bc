import Foundation

@testable import VectorCollections

/// BM25 written down once more, point by point over dictionaries.
struct PlainBM25 {
    private let texts: [UUID: [String]]

    init(_ oracle: Oracle, field: String) {
        var texts: [UUID: [String]] = [:]
        for (key, point) in oracle.points {
            if case .text(let text)? = point.payload[field] { texts[key.id] = Self.words(text) }
        }
        self.texts = texts
    }

    /// Enough for the words of the tests.
    private static func words(_ text: String) -> [String] {
        text.split(separator: " ").map { $0 == "queries" ? "query" : Oracle.folded(String($0)) }
    }

    /// Points that have at least one word.
    func scores(_ query: String, k1: Double, b: Double) -> [UUID: Double] {
        let average = Double(texts.values.reduce(0) { $0 + $1.count }) / Double(max(1, texts.count))
        var scores: [UUID: Double] = [:]
        for word in Self.words(query) {
            let having = texts.filter { $0.value.contains(word) }
            let rest = Double(texts.count - having.count)
            let idf = Foundation.log(1 + (rest + 0.5) / (Double(having.count) + 0.5))
            for (id, text) in having {
                let count = Double(text.filter { $0 == word }.count)
                let norm = 1 - b + b * Double(text.count) / average
                scores[id, default: 0] += idf * count * (k1 + 1) / (count + k1 * norm)
            }
        }
        return scores
    }
}
