import Foundation

/// Chooses a set of questions that together cover what a post asks for.
///
/// Each choice is the question that adds most to the coverage of one need, w(n) · u(n) · c(q, n): w is the need's
/// emphasis, c how well the question serves it, and u = Π (1 − d · c) over the questions chosen before, d being how much of a
/// need one question does at most: with .65 the second question on a need adds about a third of what the first did. Only the
/// need that a question serves best counts for it: one that touches on five needs is no better than one that is about one. To
/// that come each question's fit to role and level, its quality, and a penalty for likeness within the set.
///
/// A need's emphasis is the root of its weight, times how sure it is that the bank has it as a topic (see `NeedSupply`):
/// what two questions of a large bank mention is seldom one.
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
    /// How much of a need is done at most with one question that was given its skill. With more, the late places of a set go
    /// to needs that hardly matter (measured by `greenroom evaluate suggestions`).
    private static let doneMax = 0.65
    /// With any other: it may be about something else, and a second one is worth more.
    private static let unsureDoneMax = 0.55
    /// What a whole field or a trait counts of what a skill of the same weight does.
    private static let broadShare = 0.6

    let needs: [Need]
    let count: Int
    /// Questions that stand in the set already: what is chosen now must not repeat them.
    var chosen: [Candidate] = []
    /// How sure it is that the bank has each need as a topic, 0..1; where it is empty, it is for all.
    var certainty: [Double] = []
    /// What is left out, to measure what it gives.
    var without: Set<SuggestionPart> = []

    /// At most `count` choices; fewer when no candidate is left that serves a need. A larger set begins with the smaller one.
    /// O(count × candidates × dimension).
    func choose(from candidates: [Candidate]) -> [Choice] {
        var open = candidates.sorted { $0.question.id < $1.question.id }.map(opened)
        let emphasis = needs.indices.map(emphasis(of:))
        var uncovered = needs.map { _ in 1.0 }
        var choices: [Choice] = []
        var mix = CategoryMix()
        while choices.count < count {
            let full = mix.full
            // What is only near, or one kind more, is better than a set that is not filled.
            let next =
                best(of: open, uncovered, emphasis, isDirect: true, besides: full)
                ?? best(of: open, uncovered, emphasis, isDirect: false, besides: full)
                ?? best(of: open, uncovered, emphasis, isDirect: true, besides: [])
                ?? best(of: open, uncovered, emphasis, isDirect: false, besides: [])
            guard let best = next else { break }
            let taken = open[best.index]
            choices.append(
                Choice(
                    candidate: taken.candidate, parts: best.parts,
                    needs: taken.needs(uncovered, emphasis, best.isDirect)))
            if !without.contains(.spread) {
                for service in taken.services { uncovered[service.need] *= 1 - service.done }
            }
            mix.add(taken.candidate.question.category)
            open[best.index].isClosed = true
            for index in open.indices where !open[index].isClosed { open[index].approach(taken.candidate) }
        }
        return choices
    }

    /// The choices that these candidates are when they are chosen in this order, whatever else could be.
    func retrace(_ candidates: [Candidate]) -> [Choice] {
        var open = candidates.map(opened)
        let emphasis = needs.indices.map(emphasis(of:))
        var uncovered = needs.map { _ in 1.0 }
        var choices: [Choice] = []
        for index in open.indices {
            let taken = open[index]
            let direct = taken.greatestGain(uncovered, emphasis, true)
            let gain = direct ?? taken.greatestGain(uncovered, emphasis, false) ?? 0
            choices.append(
                Choice(
                    candidate: taken.candidate, parts: parts(of: taken, gain: gain),
                    needs: taken.needs(uncovered, emphasis, direct != nil)))
            for service in taken.services { uncovered[service.need] *= 1 - service.done }
            for later in open.indices where later > index { open[later].approach(taken.candidate) }
        }
        return choices
    }

    /// What a candidate does for a need.
    private struct Service {
        let need: Int
        /// How well it serves it, 0..1
        let value: Double
        /// How much of it is done then, 0..1
        let done: Double
        let isDirect: Bool
    }

    /// A candidate that may be chosen.
    private struct Open {
        let candidate: Candidate
        /// By need.
        let services: [Service]
        /// Its greatest likeness to what is chosen.
        var likeness = 0.0
        /// Whether it is chosen, or cannot be any more.
        var isClosed = false

        mutating func approach(_ chosen: Candidate) {
            likeness = max(likeness, SetSelection.cosine(chosen.vector, candidate.vector))
            if likeness >= SetSelection.nearDuplicateCosine { isClosed = true }
        }

        /// What it adds to the need to which it adds most; nil where it adds to none.
        func greatestGain(_ uncovered: [Double], _ emphasis: [Double], _ isDirect: Bool) -> Double? {
            var greatest = 0.0
            for service in services where service.isDirect || !isDirect {
                greatest = max(greatest, emphasis[service.need] * uncovered[service.need] * service.value)
            }
            return greatest > 0 ? greatest : nil
        }

        /// The needs that it adds to, the greatest gain first.
        func needs(_ uncovered: [Double], _ emphasis: [Double], _ isDirect: Bool) -> [Int] {
            services.filter { $0.isDirect || !isDirect }
                .map { (need: $0.need, gain: emphasis[$0.need] * uncovered[$0.need] * $0.value) }
                .filter { $0.gain > 0 }
                .sorted { ($1.gain, $0.need) < ($0.gain, $1.need) }
                .map(\.need)
        }
    }

    private func opened(_ candidate: Candidate) -> Open {
        let services = candidate.evidence.map { need, evidence in
            let value = Self.service(evidence, of: candidate)
            let isSure = evidence.tag > 0 && !candidate.question.areSkillsInferred
            return Service(
                need: need, value: value, done: value * (isSure ? Self.doneMax : Self.unsureDoneMax),
                isDirect: evidence.isDirect || without.contains(.direct))
        }
        var open = Open(candidate: candidate, services: services.sorted { $0.need < $1.need })
        for other in chosen { open.approach(other) }
        return open
    }

    private func emphasis(of need: Int) -> Double {
        let certainty = certainty.isEmpty || without.contains(.supply) ? 1 : certainty[need]
        let isBroad = needs[need].isBroad && !without.contains(.breadth)
        return needs[need].weight.squareRoot() * certainty * (isBroad ? Self.broadShare : 1)
    }

    /// - Parameters:
    ///   - isDirect: whether only questions about a need itself count.
    ///   - full: categories that have their share.
    private func best(
        of open: [Open], _ uncovered: [Double], _ emphasis: [Double], isDirect: Bool, besides full: Set<String>
    ) -> (index: Int, parts: Parts, isDirect: Bool)? {
        var best: (index: Int, parts: Parts, isDirect: Bool)?
        for (index, entry) in open.enumerated() where !entry.isClosed {
            if !full.isEmpty, full.contains(entry.candidate.question.category) { continue }
            guard let gain = entry.greatestGain(uncovered, emphasis, isDirect) else { continue }
            let parts = parts(of: entry, gain: gain)
            if parts.score > best?.parts.score ?? -.infinity { best = (index, parts, isDirect) }
        }
        return best
    }

    private func parts(of open: Open, gain: Double) -> Parts {
        var parts = Parts()
        parts.coverage = Self.coverageShare * min(1, gain)
        parts.role = Self.roleShare * open.candidate.roleFit
        parts.level = Self.levelShare * open.candidate.levelFit
        parts.quality = Self.qualityShare * open.candidate.quality
        let likeness = without.contains(.redundancy) ? 0 : max(0, (open.likeness - 0.3) / 0.7)
        // Not negated: zero has no sign in an answer.
        parts.redundancy = 0 - Self.redundancyShare * parts.coverage * likeness
        return parts
    }

    /// How well a question serves a need, 0..1. One that is asked of quite other roles serves it little more
    /// than half as well: onboarding customers is no matter for a developer's interview, though the post has the words.
    private static func service(_ evidence: Evidence, of candidate: Candidate) -> Double {
        evidence.strength * (0.55 + 0.45 * min(1, candidate.roleFit / 0.6))
    }

    /// Of two unit vectors of one dimension.
    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        precondition(left.count == right.count)
        let total = left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                // Sixteen sums, because one would wait for each addition.
                let width = MemoryLayout<SIMD16<Float>>.size
                var sums = SIMD16<Float>()
                var offset = 0
                while offset + width <= left.count {
                    sums +=
                        left.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                        * right.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                    offset += width
                }
                var total = sums.sum()
                while offset < left.count {
                    total +=
                        left.loadUnaligned(fromByteOffset: offset, as: Float.self)
                        * right.loadUnaligned(fromByteOffset: offset, as: Float.self)
                    offset += MemoryLayout<Float>.size
                }
                return total
            }
        }
        return Double(total)
    }
}
