import Catalog
import Foundation
import TestSupport
import Testing
import VectorCollections

@testable import Recommend

@Suite struct QuestionSuggestionsTests {
    private static let rounds = UInt64(0)..<30

    private func request(
        _ generator: inout SeededGenerator, count: Int? = nil
    ) throws -> SuggestionRequest {
        try SuggestionRequest(
            post: SuggestionScene.post(&generator),
            role: ["Backend Engineer", "Python Developer", "Wizard"][generator.below(3)],
            difficulty: ["easy", "medium", "hard"][generator.below(3)], count: count ?? 1 + generator.below(20))
    }

    private func ids(_ set: SuggestionSet) -> [UUID] { set.suggestions.map(\.question.id) }

    @Test func everySetKeepsItsPromises() async throws {
        try await withScanWorkers { workers in
            for seed in Self.rounds {
                var generator = SeededGenerator(seed: seed)
                let bank = SuggestionScene.bank(generator.below(120), &generator)
                let scene = try await SuggestionScene(bank, workers: workers)
                let request = try request(&generator)
                let set = try await scene.suggestions.run(request)
                #expect(set.suggestions.count <= request.count, "seed \(seed)")
                #expect(Set(ids(set)).count == set.suggestions.count, "seed \(seed): a question stands twice")
                let scalars = Array(request.post.unicodeScalars)
                for suggestion in set.suggestions {
                    let sum = suggestion.parts.reduce(0) { $0 + $1.value }
                    #expect(abs(sum - suggestion.score) < 1e-9, "seed \(seed)")
                    #expect((0...1).contains(suggestion.score), "seed \(seed): score \(suggestion.score)")
                    #expect(suggestion.tier == .need ? !suggestion.matches.isEmpty : suggestion.matches.isEmpty)
                    for match in suggestion.matches {
                        #expect(
                            !set.analysis.excludedSkills.contains(match.need.name), "seed \(seed): excluded and wanted")
                        guard let sentence = match.sentence else { continue }
                        var verbatim = String.UnicodeScalarView()
                        verbatim.append(contentsOf: scalars[sentence.range])
                        #expect(String(verbatim) == sentence.text, "seed \(seed)")
                    }
                }
                let vectors = try await WordEmbedder().embed(set.suggestions.map(\.question.text))
                for (place, vector) in vectors.enumerated() {
                    #expect(
                        vectors[..<place].allSatisfy {
                            SetSelection.cosine($0, vector) < SetSelection.nearDuplicateCosine
                        }, "seed \(seed): nearly the same question twice")
                }
                let needs = set.covered.map(\.name) + set.gaps.map(\.need.name)
                #expect(Set(needs).count == needs.count, "seed \(seed): a need is covered and is not")
                if set.suggestions.count < request.count { #expect(!set.notes.isEmpty, "seed \(seed)") }
            }
        }
    }

    @Test func equalBanksGiveEqualSetsOnEveryInstance() async throws {
        try await withScanWorkers { workers in
            for seed in Self.rounds {
                var generator = SeededGenerator(seed: seed)
                let bank = SuggestionScene.bank(80, &generator)
                let request = try request(&generator)
                let scene = try await SuggestionScene(bank, workers: workers)
                let other = try await SuggestionScene(bank.shuffled(using: &generator), workers: workers)
                let set = try await scene.suggestions.run(request)
                let again = try await scene.suggestions.run(request)
                let elsewhere = try await other.suggestions.run(request)
                #expect(ids(again) == ids(set) && ids(elsewhere) == ids(set), "seed \(seed)")
                #expect(again.suggestions.map(\.score) == set.suggestions.map(\.score), "seed \(seed)")
                #expect(elsewhere.suggestions.map(\.score) == set.suggestions.map(\.score), "seed \(seed)")
            }
        }
    }

    @Test func coverageGrowsWithTheCount() async throws {
        try await withScanWorkers { workers in
            for seed in Self.rounds {
                var generator = SeededGenerator(seed: seed)
                let scene = try await SuggestionScene(SuggestionScene.bank(100, &generator), workers: workers)
                let large = try request(&generator, count: 20)
                var before: SuggestionSet?
                for count in SuggestionRequest.countRange {
                    let request = try SuggestionRequest(
                        post: large.post, role: large.role, difficulty: large.difficulty.rawValue, count: count)
                    let set = try await scene.suggestions.run(request)
                    if let before {
                        let covered = set.covered.reduce(0) { $0 + $1.weight }
                        let coveredBefore = before.covered.reduce(0) { $0 + $1.weight }
                        #expect(covered >= coveredBefore - 1e-9, "seed \(seed), count \(count)")
                        let chosen = before.suggestions.filter { $0.tier == .need }.map(\.question.id)
                        #expect(ids(set).starts(with: chosen), "seed \(seed), count \(count)")
                    }
                    before = set
                }
            }
        }
    }

    @Test func anEarlierSetComesAgain() async throws {
        try await withScanWorkers { workers in
            for seed in Self.rounds {
                var generator = SeededGenerator(seed: seed)
                let bank = SuggestionScene.bank(60, &generator)
                let scene = try await SuggestionScene(bank, workers: workers)
                let request = try request(&generator)
                let set = try await scene.suggestions.run(request)
                let earlier = EarlierSet(
                    forNeeds: set.suggestions.filter { $0.tier == .need }.map(\.question.id),
                    forRole: set.suggestions.filter { $0.tier == .role }.map(\.question.id))
                let other = try await SuggestionScene(bank.shuffled(using: &generator), workers: workers)
                let again = try await other.suggestions.run(request, again: earlier)
                #expect(ids(again) == ids(set), "seed \(seed)")
                #expect(again.suggestions.map(\.score) == set.suggestions.map(\.score), "seed \(seed)")
                #expect(again.suggestions.map(\.reason) == set.suggestions.map(\.reason), "seed \(seed)")
                #expect(again.suggestions.map(\.tier) == set.suggestions.map(\.tier), "seed \(seed)")
                #expect(again.missing.isEmpty && again.covered == set.covered, "seed \(seed)")

                // A better question for everything, and one that is gone.
                try await other.store(
                    SuggestionScene.Question(id: UUID(), text: request.post, skills: SuggestionScene.skills), at: 2)
                let gone = ids(set).randomElement(using: &generator)
                if let gone { try other.delete(gone, at: 3) }
                let later = try await other.suggestions.run(request, again: earlier)
                #expect(ids(later) == ids(set).filter { $0 != gone }, "seed \(seed)")
                #expect(later.missing == [gone].compactMap { $0 }, "seed \(seed)")
                for suggestion in later.suggestions {
                    let sum = suggestion.parts.reduce(0) { $0 + $1.value }
                    #expect(abs(sum - suggestion.score) < 1e-9, "seed \(seed)")
                }
            }
        }
    }

    @Test func whatIsKeptIsOfThePresentBank() async throws {
        try await withScanWorkers { workers in
            var generator = SeededGenerator(seed: 1)
            let scene = try await SuggestionScene(SuggestionScene.bank(20, &generator), workers: workers)
            let request = try SuggestionRequest(
                post: "Requirements:\n5+ years of PHP experience.", role: "Wizard", count: 20)
            _ = try await scene.suggestions.run(request)
            let new = SuggestionScene.Question(id: UUID(), text: "What is PHP?", skills: ["PHP"])
            try await scene.store(new, at: 2)
            let set = try await scene.suggestions.run(request)
            #expect(ids(set).contains(new.id) && set.position == 2)
            try scene.delete(new.id, at: 3)
            #expect(!ids(try await scene.suggestions.run(request)).contains(new.id))
        }
    }

    @Test func aTopicIsToldFromAScatteredWord() async throws {
        try await withScanWorkers { workers in
            func question(_ number: Int, _ text: String, _ skills: [String]) -> SuggestionScene.Question {
                SuggestionScene.Question(
                    id: UUID(uuidString: String(format: "00000000-0000-4000-8000-%012d", number))!, text: text,
                    skills: skills)
            }
            // Questions on Python are alike; AWS stands in questions on many things.
            let topics = ["index", "thread", "queue", "cache", "risk", "team", "schema", "deploy"]
            let bank =
                topics.enumerated().map { question($0 + 1, "Python \($1) loop in Python", ["Python"]) }
                + topics.enumerated().map { question($0 + 20, "\($1) \($1) \($1) AWS", ["AWS"]) }
                + topics.enumerated().map { question($0 + 40, "\($1) \($1) \($1) plan", []) }
            let scene = try await SuggestionScene(bank, workers: workers)
            let index = QuestionIndex(collection: scene.collection)
            let needs = ["Python", "AWS"].map {
                Need(kind: .skill(Fixtures.index($0)), name: $0, weight: 1, sentences: [], years: nil)
            }
            let found = try await NeedQuestions(index: index, vocabulary: Fixtures.vocabulary).found(
                for: needs, vectors: try await WordEmbedder().embed(needs.map(\.name)),
                bank: try await BankSkills(index: index, vocabulary: Fixtures.vocabulary).supply())
            #expect(found.map(\.tagged.count) == [8, 8])
            #expect(found[0].topicality > 0.9 && found[1].topicality < found[0].topicality)
        }
    }
}
