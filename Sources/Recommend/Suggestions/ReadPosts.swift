import Synchronization

/// Posts as they were read lately, by their content: asking again for a post does not read it again.
final class ReadPosts: Sendable {
    /// A post with its title, as read.
    struct Read: Sendable {
        let analysis: PostAnalysis
        /// How well the questions of each role fit the title; see `RolesCatalog.fit`.
        let fit: [String: Double]
    }

    private struct Key: Hashable {
        let post: String
        let role: String
    }

    private static let keptMax = 128
    /// Longer posts are rare, and read anew each time.
    private static let keptBytesMax = 20_000

    private let reader: PostReader
    private let roles: RolesCatalog
    private let kept = Mutex(RecentValues<Key, Read>(countMax: ReadPosts.keptMax))

    init(reader: PostReader, roles: RolesCatalog) {
        self.reader = reader
        self.roles = roles
    }

    /// What a post asks for. O(length of the post).
    func read(_ post: String, role: String) -> Read {
        let key = Key(post: post, role: role)
        if let read = kept.withLock({ $0.use(key) }) { return read }
        let read = Read(analysis: reader.read(post, role: role), fit: roles.fit(ofTitle: role))
        if post.utf8.count <= Self.keptBytesMax { kept.withLock { $0.insert(read, for: key) } }
        return read
    }
}
