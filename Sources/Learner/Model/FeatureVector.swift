/// Thirty-two numbers as eight vectors of four: what every 64-bit processor adds and multiplies in one instruction.
/// (`SIMD32` is compiled to scalar code where the target lacks such registers, ten times slower.)
struct FeatureVector: Equatable, Sendable {
    static let scalarCount = 32

    var a: SIMD4<Float>
    var b: SIMD4<Float>
    var c: SIMD4<Float>
    var d: SIMD4<Float>
    var e: SIMD4<Float>
    var f: SIMD4<Float>
    var g: SIMD4<Float>
    var h: SIMD4<Float>

    @inline(__always)
    init(repeating value: Float = 0) {
        let four = SIMD4<Float>(repeating: value)
        self.init(four, four, four, four, four, four, four, four)
    }

    @inline(__always)
    private init(
        _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>, _ e: SIMD4<Float>,
        _ f: SIMD4<Float>, _ g: SIMD4<Float>, _ h: SIMD4<Float>
    ) {
        self.a = a
        self.b = b
        self.c = c
        self.d = d
        self.e = e
        self.f = f
        self.g = g
        self.h = h
    }

    init(_ list: [Float]) {
        self.init()
        for (index, value) in list.prefix(Self.scalarCount).enumerated() { self[index] = value }
    }

    var list: [Float] { (0..<Self.scalarCount).map { self[$0] } }

    /// - Precondition: `index` is 0..<32.
    @inline(__always)
    subscript(index: Int) -> Float {
        get {
            switch index >> 2 {
            case 0: a[index & 3]
            case 1: b[index & 3]
            case 2: c[index & 3]
            case 3: d[index & 3]
            case 4: e[index & 3]
            case 5: f[index & 3]
            case 6: g[index & 3]
            default: h[index & 3]
            }
        }
        set {
            switch index >> 2 {
            case 0: a[index & 3] = newValue
            case 1: b[index & 3] = newValue
            case 2: c[index & 3] = newValue
            case 3: d[index & 3] = newValue
            case 4: e[index & 3] = newValue
            case 5: f[index & 3] = newValue
            case 6: g[index & 3] = newValue
            default: h[index & 3] = newValue
            }
        }
    }

    @inline(__always)
    static func + (x: Self, y: Self) -> Self {
        Self(x.a + y.a, x.b + y.b, x.c + y.c, x.d + y.d, x.e + y.e, x.f + y.f, x.g + y.g, x.h + y.h)
    }

    @inline(__always)
    static func - (x: Self, y: Self) -> Self {
        Self(x.a - y.a, x.b - y.b, x.c - y.c, x.d - y.d, x.e - y.e, x.f - y.f, x.g - y.g, x.h - y.h)
    }

    @inline(__always)
    static func * (x: Self, y: Self) -> Self {
        Self(x.a * y.a, x.b * y.b, x.c * y.c, x.d * y.d, x.e * y.e, x.f * y.f, x.g * y.g, x.h * y.h)
    }

    @inline(__always)
    static func * (x: Self, y: Float) -> Self { x * Self(repeating: y) }

    @inline(__always)
    static func += (x: inout Self, y: Self) { x = x + y }

    /// The sum of all 32, always in the same order.
    @inline(__always)
    var sum: Float {
        let four = ((a + e) + (b + f)) + ((c + g) + (d + h))
        return (four[0] + four[2]) + (four[1] + four[3])
    }

    /// Every number within -limit...limit.
    @inline(__always)
    func held(within limit: Float) -> Self {
        let high = SIMD4<Float>(repeating: limit)
        return Self(
            Self.held(a, high), Self.held(b, high), Self.held(c, high), Self.held(d, high), Self.held(e, high),
            Self.held(f, high), Self.held(g, high), Self.held(h, high))
    }

    @inline(__always)
    private static func held(_ x: SIMD4<Float>, _ high: SIMD4<Float>) -> SIMD4<Float> {
        x.replacing(with: high, where: x .> high).replacing(with: -high, where: x .< -high)
    }
}
