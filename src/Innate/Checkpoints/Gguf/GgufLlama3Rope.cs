using System.Text.Json.Nodes;
using Innate.Compute;

namespace Innate.Checkpoints.Gguf;

/// <summary>
/// Llama 3's scaling out of <c>rope_freqs.weight</c>, which has what it comes to: by how much each frequency is divided. The
/// numbers that it was made of are found by solving for them, and hold only where they give every factor of the file.
/// </summary>
internal static class GgufLlama3Rope
{
    // Factors are float32, made of float64 or float32.
    private const double Tolerance = 1e-5;

    // What all published models have.
    private const double Low = 1, High = 4, OriginalLength = 8192;

    /// <summary><c>rope_scaling</c>; null where nothing is scaled.</summary>
    /// <param name="tensor">Where the factors lie, for messages.</param>
    /// <param name="factors">One for each pair of a head, the fastest first.</param>
    /// <param name="theta">The base of the frequencies.</param>
    /// <param name="head">The head's size.</param>
    /// <exception cref="InputException">No such scaling gives these factors.</exception>
    public static JsonObject? Of(GgufTensor tensor, ReadOnlySpan<float> factors, double theta, int head)
    {
        double stretch = factors.Length == 0 ? 1 : factors[^1];
        double[] wavelengths = new double[factors.Length];
        for (int i = 0; i < wavelengths.Length; i++)
        {
            wavelengths[i] = 2 * Math.PI * PortableMath.Exp(PortableMath.Log(theta) * 2 * i / head);
        }

        if (factors.IndexOfAnyExcept(1f) < 0) return null;
        if (Gives(factors, wavelengths, stretch, High, OriginalLength)) return Scaling(stretch, High, OriginalLength);
        if (Solve(factors, wavelengths, stretch) is var (high, length))
        {
            double near = Math.Round(high * 1000) / 1000, whole = Math.Round(length);
            if (Gives(factors, wavelengths, stretch, near, whole)) return Scaling(stretch, near, whole);
        }

        return Divided(factors);
    }

    // Others than Llama 3's: each frequency has its own, at every length.
    private static JsonObject Divided(ReadOnlySpan<float> factors)
    {
        double[] each = [.. factors.ToArray().Select(f => (double)f)];
        return new JsonObject
        {
            ["rope_type"] = "longrope",
            ["short_factor"] = new JsonArray([.. each.Select(f => JsonValue.Create(f))]),
            ["long_factor"] = new JsonArray([.. each.Select(f => JsonValue.Create(f))]),
            ["attention_factor"] = 1.0,
        };
    }

    private static JsonObject Scaling(double stretch, double high, double length) => new()
    {
        ["rope_type"] = "llama3",
        ["factor"] = stretch,
        ["low_freq_factor"] = Low,
        ["high_freq_factor"] = high,
        ["original_max_position_embeddings"] = (int)length,
    };

    private static bool Gives(ReadOnlySpan<float> factors, double[] wavelengths, double stretch, double high, double length)
    {
        if (!(stretch > 0) || !(high > Low) || !(length is >= 1 and <= int.MaxValue)) return false;
        for (int i = 0; i < factors.Length; i++)
        {
            double share = Math.Clamp(((length / wavelengths[i]) - Low) / (high - Low), 0, 1);
            double factor = 1 / (((1 - share) / stretch) + share);
            if (!(Math.Abs(factor - factors[i]) <= Tolerance * factor)) return false;
        }

        return true;
    }

    // On the ramp the share of the unscaled frequency is (length / wavelength - low) / (high - low): a line, known by two points.
    private static (double High, double Length)? Solve(ReadOnlySpan<float> factors, double[] wavelengths, double stretch)
    {
        int first = -1, last = -1;
        for (int i = 0; i < factors.Length; i++)
        {
            if (!(factors[i] > 1 && factors[i] < stretch)) continue;
            if (first < 0) first = i;
            last = i;
        }

        if (first == last) return null;
        double x = 1 / wavelengths[first], y = Share(factors[first]);
        double slope = (y - Share(factors[last])) / (x - (1 / wavelengths[last]));
        double range = -Low / (y - (slope * x));
        return (Low + range, slope * range);

        double Share(double factor) => ((1 / factor) - (1 / stretch)) / (1 - (1 / stretch));
    }
}
