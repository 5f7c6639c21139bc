import Foundation

/// Chooses a set of questions that together cover what a post asks for.
///
/// Each choice is the question that adds most to the coverage of one need, w(n) · u(n) · c(q, n): w is the need's
/// emphasis, c how well the question serves it, and u = Π (1 − c) over the questions chosen before, so that the second
/// question on a need adds about half of what the first did. Only the need that a question serves best counts for it: one
/// that touches on five needs is no better than one that is about one. To that come each question's fit to role and level,
/// its quality, and a penalty for likeness within the set.
///
/// A need's emphasis is the root of its weight, times how sure it is that the bank has questions on it: n / (n + k) for n
/// questions, the share that n observations keep against k made-up ones against them. What two questions of a large bank
/// mention is seldom a topic.
///
/// Questions that are about a need itself come first; those about something near it fill what is left. The order is that
/// of choice; ties break by id, so equal input gives equal sets.
struct SetSelection: Sendable {
    /// Parts of a question's score; they add up to it.
    struct Parts: Sendable, Equatable {
        var coverage = 0.0
        var role = 0.0
        var level = 0.0
        var quality = 0.0
        /// Zero or less.
        var redundancy = 0.0

        var score: Double { coverage + role + level + quality + redundancy }
    }

    struct Choice: Sendable {
        let candidate: Candidate
        let parts: Parts
        /// The needs it serves, the greatest gain first.
        let needs: [Int]
    }

    /// Two questions above this cosine say the same and never stand in one set.
    static let nearDuplicateCosine = 0.9
    private static let coverageShare = 0.6
    private static let roleShare = 0.18
    private static let levelShare = 0.14
    private static let qualityShare = 0.08
    /// Of what a question covers, when it is all but the same as one chosen before.
    private static let redundancyShare = 0.3
    /// What one question can do for a need at most: a second one adds about half of that. With more, the late places of a set
    /// go to needs that hardly matter (measured by `greenroom evaluate suggestions`).
    private static let serviceMax = 0.55
    /// How many questions make it as likely as not that the bank has a need as a topic.
    private static let supplyHalf = 5.0
    /// What is granted to a need that no question is about.
    private static let supplyMin = 0.1

    let needs: [Need]
    let count: Int
    /// Questions that stand in the set already: what is chosen now must not repeat them.
    var chosen: [Candidate] = []
    /// How many questions of the bank are about each need; where it is empty, all needs are taken for well supplied.
    var supply: [Double] = []

    /// At most `count` choices; fewer when no candidate is left that serves a need.
    /// O(count × candidates × dimension).
    func choose(from candidates: [Candidate]) -> [Choice] {
        var open = candidates.sorted { $0.question.id < $1.question.id }
            .map { candidate in
                Open(candidate: candidate, likeness: chosen.map { Self.cosine($0.vector, candidate.vector) }.max() ?? 0)
            }
        let emphasis = needs.indices.map(emphasis(of:))
        var uncovered = needs.map { _ in 1.0 }
        var choices: [Choice] = []
        var categories: [String: Int] = [:]
        while choices.count < count {
            open.removeAll { $0.likeness >= Self.nearDuplicateCosine || isCapped($0.candidate, categories) }
            let next =
                best(of: open, uncovered, emphasis, isDirect: true)
                ?? best(of: open, uncovered, emphasis, isDirect: false)
            guard let best = next else { break }
            let chosen = open.remove(at: best.index).candidate
            for (need, evidence) in chosen.evidence { uncovered[need] *= 1 - Self.service(evidence, of: chosen) }
            categories[chosen.question.category, default: 0] += 1
            choices.append(Choice(candidate: chosen, parts: best.parts, needs: best.needs))
            for index in open.indices {
                open[index].likeness = max(
                    open[index].likeness, Self.cosine(chosen.vector, open[index].candidate.vector))
            }
        }
        return choices
    }

    /// A candidate that is not chosen yet, and its greatest likeness to those that are.
    private struct Open {
        let candidate: Candidate
        var likeness: Double
    }

    private func emphasis(of need: Int) -> Double {
        let supply = supply.isEmpty ? 1 : Self.certainty(supply[need])
        return needs[need].weight.squareRoot() * supply
    }

    /// How sure it is that the bank has a topic, given how many questions are about it; a little for none, so that what is
    /// only near can fill a set.
    private static func certainty(_ count: Double) -> Double { (count + supplyMin) / (count + supplyMin + supplyHalf) }

    /// - Parameter isDirect: whether only questions about a need itself count.
    private func best(
        of open: [Open], _ uncovered: [Double], _ emphasis: [Double], isDirect: Bool
    ) -> (index: Int, parts: Parts, needs: [Int])? {
        var best: (index: Int, parts: Parts, needs: [Int])?
        for (index, entry) in open.enumerated() {
            let candidate = entry.candidate
            let gains = candidate.evidence.filter { !isDirect || $0.value.isDirect }
                .map {
                    (
                        need: $0.key,
                        gain: emphasis[$0.key] * uncovered[$0.key] * Self.service($0.value, of: candidate)
                    )
                }
                .filter { $0.gain > 0 }
                .sorted { ($1.gain, $0.need) < ($0.gain, $1.need) }
            guard let greatest = gains.first else { continue }
            var parts = Parts()
            parts.coverage = Self.coverageShare * min(1, greatest.gain / Self.serviceMax)
            parts.role = Self.roleShare * candidate.roleFit
            parts.level = Self.levelShare * candidate.levelFit
            parts.quality = Self.qualityShare * candidate.quality
            parts.redundancy = -Self.redundancyShare * parts.coverage * max(0, (entry.likeness - 0.3) / 0.7)
            if parts.score > best?.parts.score ?? -.infinity { best = (index, parts, gains.map(\.need)) }
        }
        return best
    }

    /// A set of five or more is not all of one kind: at most four in five technical, half of any other category. Questions
    /// without a category are of no kind.
    private func isCapped(_ candidate: Candidate, _ categories: [String: Int]) -> Bool {
        guard count >= 5, !candidate.question.category.isEmpty else { return false }
        let share = candidate.question.category == "technical" ? 0.8 : 0.5
        return categories[candidate.question.category, default: 0] >= Int((Double(count) * share).rounded(.up))
    }

    /// How well a question serves a need, 0..`serviceMax`. One that is asked of quite other roles serves it little more
    /// than half as well: onboarding customers is no matter for a developer's interview, though the post has the words.
    private static func service(_ evidence: Evidence, of candidate: Candidate) -> Double {
        serviceMax * evidence.strength * (0.55 + 0.45 * min(1, candidate.roleFit / 0.6))
    }

    /// Of two unit vectors of one dimension.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        precondition(left.count == right.count)
        // Four sums, because one would wait for each addition.
        var sums = SIMD4<Float>()
        var index = 0
        while index + 4 <= left.count {
            sums +=
                SIMD4(left[index], left[index + 1], left[index + 2], left[index + 3])
                * SIMD4(right[index], right[index + 1], right[index + 2], right[index + 3])
            index += 4
        }
        var total = sums.sum()
        while index < left.count {
            total += left[index] * right[index]
            index += 1
        }
        return Double(total)
    }
}
