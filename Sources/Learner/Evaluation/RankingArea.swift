/// The area under the ROC curve by the rank sum (Mann-Whitney), ties counting half. O(n log n).
enum RankingArea {
    /// Nil where all answers are good or none is.
    static func area(_ predictions: [Float], good: [Bool]) -> Double? {
        let order = predictions.indices.sorted { predictions[$0] < predictions[$1] }
        var rankSum = 0.0
        var goodCount = 0.0
        var start = 0
        while start < order.count {
            var end = start
            while end < order.count, predictions[order[end]] == predictions[order[start]] { end += 1 }
            let rank = Double(start + end + 1) / 2
            for place in start..<end where good[order[place]] {
                rankSum += rank
                goodCount += 1
            }
            start = end
        }
        let others = Double(order.count) - goodCount
        guard goodCount > 0, others > 0 else { return nil }
        return (rankSum - goodCount * (goodCount + 1) / 2) / (goodCount * others)
    }
}
