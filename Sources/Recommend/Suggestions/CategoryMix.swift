/// Keeps a set from being all of one kind: of its first five questions, and of any longer beginning, at most four in five are
/// technical and half of any other category. It looks at beginnings, so that a larger set begins with the smaller one.
/// Questions without a category are of no kind.
struct CategoryMix {
    private static let leastPlaces = 5

    private var counts: [String: Int] = [:]
    private var total = 0

    mutating func add(_ category: String) {
        total += 1
        if !category.isEmpty { counts[category, default: 0] += 1 }
    }

    /// The categories of which the next question must not be.
    var full: Set<String> {
        let places = Double(max(Self.leastPlaces, total + 1))
        return Set(
            counts.filter { category, count in
                count >= Int((places * (category == "technical" ? 0.8 : 0.5)).rounded(.up))
            }.keys)
    }
}
