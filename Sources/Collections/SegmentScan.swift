import Foundation

/// Scores the rows of one segment against a query.
struct SegmentScan {
    /// With fewer than one in so many rows matching, only those are read; else all of them are, in order.
    static let pickingShare = 8
    private static let blockRows = 256

    let segment: Segment
    /// The segment's place in the state.
    let place: Int
    /// The slots that may be hits.
    let mask: Bitmap

    /// Reads only the rows of the mask.
    func pick(_ query: [Float], into best: inout BestHits) {
        let dimension = segment.schema.dimension
        query.withUnsafeBufferPointer { query in
            segment.rows.withUnsafeBufferPointer { rows in
                mask.forEach { slot in
                    let row = UnsafeBufferPointer(rebasing: rows[slot * dimension..<(slot + 1) * dimension])
                    offer(slot, Kernels.best.dot(query, row), to: &best)
                }
            }
        }
    }

    /// Reads every row, block by block.
    func all(_ query: [Float], into best: inout BestHits) {
        let dimension = segment.schema.dimension
        query.withUnsafeBufferPointer { query in
            segment.rows.withUnsafeBufferPointer { rows in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.blockRows) { buffer in
                    for start in stride(from: 0, to: segment.count, by: Self.blockRows) {
                        let end = min(start + Self.blockRows, segment.count)
                        let scores = UnsafeMutableBufferPointer(rebasing: buffer[0..<end - start])
                        let block = UnsafeBufferPointer(rebasing: rows[start * dimension..<end * dimension])
                        Kernels.best.dots(query, rows: block, into: scores)
                        for slot in start..<end where mask[slot] { offer(slot, scores[slot - start], to: &best) }
                    }
                }
            }
        }
    }

    private func offer(_ slot: Int, _ score: Float, to best: inout BestHits) {
        // Rounding can lead a hair beyond the range of a cosine.
        let score = max(-1, min(1, score))
        if best.admits(score) { best.insert(BestHits.Found(score: score, id: segment.ids[slot], place: place, slot: slot)) }
    }
}
