import Foundation
import TestSupport
import Testing

@testable import Embedding

@Suite struct SafetensorsFileTests {
    private func file(header: String, data: Int, length: UInt64? = nil) -> [UInt8] {
        var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) }
        bytes += Array(header.utf8) + Array(repeating: 0, count: data)
        return bytes
    }

    private func read(_ bytes: [UInt8]) throws -> [String: SafetensorsFile.Tensor] {
        try bytes.withUnsafeBytes { try SafetensorsFile.readHeader($0).0 }
    }

    @Test func readsTensorsAndPassesOverMetadata() throws {
        let header = #"{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}  "#
        let tensors = try read(file(header: header, data: 16))
        #expect(tensors["x"]?.shape == [2, 2] && tensors["x"]?.range == 0..<16)
    }

    @Test(arguments: [
        #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,20]}}"#,
        #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[8,0]}}"#,
        #"{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}}"#,
        #"{"x":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}"#,
        #"{"x":{"dtype":"F32","shape":[4]}}"#, "[]", "{", "",
        #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
        #"{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#,
    ])
    func refusesHeadersThatDoNotFitTheFile(_ header: String) {
        #expect(throws: SafetensorsError.self) { try read(file(header: header, data: 16)) }
    }

    @Test func refusesTruncatedAndHugeHeaders() {
        #expect(throws: SafetensorsError.self) { try read([1, 2, 3]) }
        #expect(throws: SafetensorsError.self) { try read(file(header: "{}", data: 0, length: 1_000)) }
        #expect(throws: SafetensorsError.self) { try read(file(header: "{}", data: 0, length: .max)) }
    }

    @Test func randomBytesNeverGetThrough() {
        for seed in UInt64(0)..<300 {
            var generator = SeededGenerator(seed: seed)
            var bytes = file(header: #"{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, data: 16)
            for _ in 0..<4 { bytes[generator.below(bytes.count)] = UInt8(generator.below(256)) }
            do {
                for tensor in try read(bytes).values { #expect(tensor.range.upperBound <= 16, "seed \(seed)") }
            } catch is SafetensorsError {
                continue
            } catch {
                Issue.record("seed \(seed): \(error)")
            }
        }
    }
}
