import Foundation
import TestSupport
import Testing

@testable import Recommend

@Suite struct NearDuplicatesTests {
    private static let original =
        "How would you find out why a nightly import of orders takes twice as long as last month?"

    @Test func findsTheSameQuestionWithAWordChanged() {
        var index = NearDuplicates()
        let id = UUID()
        index.add(id, Self.original)
        index.add(UUID(), "What does a good handover between two shifts on a ward look like to you?")
        let twins = index.twins(
            of: "How would you find out why a nightly import of invoices takes twice as long as last month?")
        #expect(twins.map(\.id) == [id] && twins[0].similarity > 0.5 && twins[0].similarity < 1)
        #expect(index.twins(of: Self.original.uppercased()).first?.similarity == 1, "case does not count")
        #expect(index.twins(of: Self.original, besides: id).isEmpty)
        #expect(index.twins(of: "Why is a nightly import slow?").isEmpty)
        #expect(index.twins(of: "").isEmpty)
    }

    /// The bands miss few pairs that a comparison of all with all finds.
    @Test(arguments: [1 as UInt64, 2, 3]) func missesFewOfTheTruePairs(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = (0..<400).map { "word\($0)" }
        var texts: [String] = []
        for _ in 0..<150 {
            let text = (0..<15).compactMap { _ in words.randomElement(using: &generator) }
            texts.append(text.joined(separator: " "))
            var changed = text
            changed[generator.below(15)] = "other"
            texts.append(changed.joined(separator: " "))
        }
        var index = NearDuplicates()
        let ids = texts.map { text in
            let id = UUID()
            index.add(id, text)
            return id
        }
        let shingles = texts.map(Shingles.init)
        var (found, all) = (0, 0)
        for left in texts.indices {
            let twins = Set(index.twins(of: texts[left], besides: ids[left]).map(\.id))
            for right in texts.indices where right != left {
                let isNear = shingles[left].likeness(to: shingles[right]) >= NearDuplicates.likenessMin
                if isNear {
                    all += 1
                    found += twins.contains(ids[right]) ? 1 : 0
                } else {
                    #expect(!twins.contains(ids[right]), "seed \(seed)")
                }
            }
        }
        #expect(all > 150 && Double(found) / Double(all) > 0.95, "seed \(seed): \(found) of \(all)")
    }
}
