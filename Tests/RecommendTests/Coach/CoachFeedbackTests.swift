import Catalog
import Foundation
import Learner
import Testing

@testable import Recommend

@Suite("Coach: feedback")
struct CoachFeedbackTests {
    private let now = CoachFixtures.now
    private let day = 86_400.0

    private func list(_ request: CoachRequest, _ fixtures: CoachFixtures) throws -> [CoachRecommendation] {
        var parameters = CoachParameters()
        parameters.explorationShare = 0
        return try CoachPolicy(parameters: parameters).choose(request, model: fixtures.model)
    }

    @Test(
        "Whoever turns a question down does not get it again at once",
        arguments: [FeedbackKind.skipped, .tooEasy, .tooHard, .irrelevant, .reported])
    func excludesAtOnce(kind: FeedbackKind) throws {
        let fixtures = try CoachFixtures(seed: 4)
        var request = fixtures.request()
        let first = try list(request, fixtures)[0]
        let candidate = try #require(fixtures.candidates.first { $0.question == first.question })
        request.feedback.learn(
            kind, question: first.question, skills: candidate.skills, category: candidate.category, seconds: now)
        let second = try list(request, fixtures)
        #expect(!second.map(\.question).contains(first.question))
        #expect(second.count == 10)
        let years = now + 3_000 * day
        #expect(request.feedback.excludes(first.question, seconds: years) == (kind == .reported))
    }

    @Test("Shown, accepted and saved questions are not excluded; what is shown in vain loses novelty")
    func shown() throws {
        let fixtures = try CoachFixtures(seed: 4)
        var request = fixtures.request()
        let first = try list(request, fixtures)[0]
        let skills = SkillTags(0)
        for kind in [FeedbackKind.shown, .accepted, .saved] {
            request.feedback.learn(kind, question: first.question, skills: skills, category: "", seconds: now)
            #expect(!request.feedback.excludes(first.question, seconds: now))
        }
        var feedback = CoachFeedback()
        for _ in 0..<4 { feedback.learn(.shown, question: first.question, skills: skills, category: "", seconds: now) }
        request.feedback = feedback
        let scored = CandidateScoring(request, model: fixtures.model, parameters: CoachParameters()).scored()
        let again = try #require(scored.first { $0.question == first.question })
        #expect(again.parts.novelty < first.parts.novelty / 2)
        feedback.learn(.accepted, question: first.question, skills: skills, category: "", seconds: now)
        #expect(feedback.timesShown(first.question, seconds: now) == 0)
    }

    @Test("Too hard makes the next list easier, too easy harder, and both fade")
    func band() throws {
        let fixtures = try CoachFixtures(seed: 6, candidates: 400, answers: 60)
        var means: [FeedbackKind: Double] = [:]
        for kind in [FeedbackKind.tooEasy, .shown, .tooHard] {
            var request = fixtures.request(count: 15)
            // The question itself is not a candidate: only the band acts.
            for _ in 0..<4 {
                request.feedback.learn(kind, question: 100_000, skills: SkillTags(0), category: "", seconds: now)
            }
            let chosen = try list(request, fixtures)
            means[kind] = chosen.reduce(0) { $0 + Double($1.expected.probability) } / Double(chosen.count)
        }
        let easy = try #require(means[.tooEasy])
        let same = try #require(means[.shown])
        let hard = try #require(means[.tooHard])
        #expect(easy < same)
        #expect(hard > same)
        var feedback = CoachFeedback()
        for _ in 0..<100 { feedback.learn(.tooHard, question: 1, skills: SkillTags(0), category: "", seconds: now) }
        #expect(feedback.bandShift(seconds: now) == 0.2)
        #expect(abs(feedback.bandShift(seconds: now + 30 * day) - 0.1) < 1e-9)
    }

    @Test("What is saved speaks for its skills and category, what is irrelevant against them")
    func taste() throws {
        var feedback = CoachFeedback()
        let liked = CoachCandidate(question: 1, skills: SkillTags(1), category: "a")
        let disliked = CoachCandidate(question: 2, skills: SkillTags(2), category: "b")
        #expect(feedback.taste(seconds: now).value(liked) == 0)
        feedback.learn(.saved, question: 1, skills: liked.skills, category: "a", seconds: now)
        feedback.learn(.irrelevant, question: 2, skills: disliked.skills, category: "b", seconds: now)
        let fresh = feedback.taste(seconds: now)
        #expect(fresh.value(liked) > 0 && fresh.value(disliked) < 0)
        let later = feedback.taste(seconds: now + 45 * day)
        #expect(abs(later.value(liked) - fresh.value(liked) / 2) < 1e-9)
    }

    @Test("The same events give the same value, which survives JSON; limits hold")
    func stored() throws {
        var feedback = CoachFeedback()
        for number in 0..<Int32(5_000) {
            let kind = FeedbackKind.allCases[Int(number) % FeedbackKind.allCases.count]
            feedback.learn(
                kind, question: number, skills: SkillTags(number), category: "\(number)",
                seconds: now + Double(number))
        }
        let again = try JSONDecoder().decode(CoachFeedback.self, from: JSONEncoder().encode(feedback))
        #expect(again == feedback)
        #expect(feedback.questionsRemembered == CoachFeedback.questionsMax)
        // A report among the first is kept; what was only shown then is not.
        let reported = Int32(FeedbackKind.allCases.firstIndex(of: .reported) ?? 0)
        #expect(feedback.excludes(reported, seconds: now + 1e12))
    }

    @Test("An earlier time, or one that is none, neither traps nor brightens what faded")
    func strangeTimes() {
        var feedback = CoachFeedback()
        feedback.learn(.tooHard, question: 1, skills: SkillTags(0), category: "", seconds: now)
        feedback.learn(.tooHard, question: 1, skills: SkillTags(0), category: "", seconds: now - 1e6)
        feedback.learn(.tooHard, question: 1, skills: SkillTags(0), category: "", seconds: .nan)
        #expect(abs(feedback.bandShift(seconds: now) - 0.12) < 1e-9)
    }
}
