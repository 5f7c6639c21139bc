/// The answering of a search by words, on one state, on one thread.
struct TextRun: Sendable {
    let state: CollectionState
    let filter: CompiledFilter
    let query: CompiledTextQuery
    let limit: Int
    let scoreThreshold: Float?

    struct Answer: Sendable {
        /// Best first; points without any of the words are not among them.
        let best: [TopHits.Entry]
        /// Points that satisfy the filter.
        let matchingCount: Int
    }

    func run() -> Answer {
        let parts = state.parts.map { PartWords($0, query) }
        let statistics = TextStatistics(state, parts, query)
        var top = TopHits(limit: limit, scoreThreshold: scoreThreshold)
        var matchingCount = 0
        for (place, part) in state.parts.enumerated() {
            let matching = filter == .everything ? part.live : filter.slots(of: part)
            matchingCount += filter == .everything ? part.liveCount : matching.count
            let cursors = cursors(parts[place], statistics)
            if cursors.isEmpty { continue }
            var scoring = MaxScore(cursors, matching: matching)
            withExtendedLifetime(parts[place]) { scoring.run(&top, place: place, part: part) }
        }
        return Answer(best: top.sorted, matchingCount: matchingCount)
    }

    private func cursors(_ part: PartWords, _ statistics: TextStatistics) -> [PostingCursor] {
        var cursors: [PostingCursor] = []
        for (index, field) in query.fields.enumerated() {
            let known = statistics.fields[index]
            let average = Double(known.totalLength) / Double(max(1, known.pointsCount))
            for (word, number) in part.words[index].enumerated() where known.frequencies[word] > 0 {
                guard let number else { continue }
                let weight =
                    field.weight * Double(query.words.counts[word])
                    * statistics.inverseFrequency(field: index, word: word)
                let cursor = PostingCursor(
                    part.postings[index], word: number, weight: weight, field: field, averageLength: average)
                if !cursor.isEmpty { cursors.append(cursor) }
            }
        }
        return cursors
    }

    /// How much memory is read, roughly: texts of tails, postings of segments.
    var kilobytes: Int {
        let bytes = state.parts.reduce(0) { total, part in
            total + part.liveCount * (part.tail != nil ? 1_024 : 8 * query.words.count) * query.fields.count
        }
        return bytes / 1_024 + ScanCost.kilobytes(of: filter, state)
    }
}
