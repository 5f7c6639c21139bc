import Foundation
import Synchronization

/// The beginning of what a program prints.
final class Collected: Sendable {
    private static let bytesMax = 4_096
    private let data = Mutex(Data())

    func append(_ piece: Data) { data.withLock { $0.append(piece.prefix(max(0, Self.bytesMax - $0.count))) } }

    var text: String { data.withLock { String(decoding: $0, as: UTF8.self) } }
}
