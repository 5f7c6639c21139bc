import Foundation

/// The words of a query in one part: a list of postings a field, and which of its words are the query's.
struct PartWords: Sendable {
    /// In the order of the query's fields.
    let postings: [WordPostings]
    /// For each field, the number in `postings` of each word of the query; nil for one that does not occur.
    let words: [[Int?]]

    /// O(words × log words of the segment), or in a tail O(bytes of its texts).
    init(_ part: Part, _ query: CompiledTextQuery) {
        switch part.storage {
        case .segment(let segment):
            let postings = query.fields.map { field in
                guard case .text(let column) = segment.columns[field.index] else {
                    preconditionFailure("not a text column")
                }
                return column.postings
            }
            self.postings = postings
            words = postings.map { postings in
                (0..<query.words.count).map { postings.words.index(of: query.words.words.utf8(at: $0)) }
            }
        case .tail(let tail):
            postings = query.fields.map { field in
                var builder = WordPostings.Builder(wanted: query.words)
                for slot in 0..<part.slotCount {
                    let isLive = part.live.contains(slot)
                    if isLive, case .text(_, let folded) = tail.value(field: field.index, slot) {
                        builder.append(folded)
                    } else {
                        builder.append(nil)
                    }
                }
                return builder.build()
            }
            words = query.fields.map { _ in (0..<query.words.count).map(Optional.init) }
        }
    }
}

/// What BM25 needs to know of all live points of a state.
struct TextStatistics {
    struct Field {
        /// Points that have the field.
        var pointsCount = 0
        /// Words in all their texts.
        var totalLength = 0
        /// Points that have each word of the query.
        var frequencies: [Int]
    }

    private(set) var fields: [Field]

    /// Exact, whatever was deleted. O(parts × words), and where points are deleted of a segment at most O(its slots and
    /// the words' postings).
    init(_ state: CollectionState, _ parts: [PartWords], _ query: CompiledTextQuery) {
        fields = query.fields.map { _ in Field(frequencies: Array(repeating: 0, count: query.words.count)) }
        for (part, words) in zip(state.parts, parts) {
            let deleted = part.segment == nil ? [] : Self.deleted(part)
            for (index, field) in query.fields.enumerated() {
                let postings = words.postings[index]
                fields[index].pointsCount += Self.presentCount(part, field.index)
                fields[index].totalLength += deleted.reduce(postings.totalLength) {
                    $0 - Int(postings.lengths.base[Int($1)])
                }
                for (word, number) in words.words[index].enumerated() {
                    guard let number else { continue }
                    fields[index].frequencies[word] += postings.liveCount(
                        postings.postings(ofWord: number), live: part.live, deleted: deleted)
                }
            }
        }
    }

    /// How much a word tells apart. Never negative.
    func inverseFrequency(field: Int, word: Int) -> Double {
        let (count, frequency) = (Double(fields[field].pointsCount), Double(fields[field].frequencies[word]))
        return log(1 + (count - frequency + 0.5) / (frequency + 0.5))
    }

    private static func deleted(_ part: Part) -> [UInt32] {
        guard part.deletedCount > 0 else { return [] }
        var dead = Bitmap(slotCount: part.slotCount, filled: true)
        dead.subtract(part.live)
        var deleted: [UInt32] = []
        dead.forEach { deleted.append(UInt32($0)) }
        return deleted
    }

    private static func presentCount(_ part: Part, _ field: Int) -> Int {
        switch part.storage {
        case .segment(let segment):
            var present = segment.columns[field].present
            present.formIntersection(part.live)
            return present.count
        case .tail(let tail):
            var count = 0
            part.live.forEach { slot in
                if tail.value(field: field, slot) != nil { count += 1 }
            }
            return count
        }
    }
}
