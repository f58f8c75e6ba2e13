using System.Globalization;
using System.Text.Json;

namespace Innate.Runs.Foretelling;

/// <summary>What a run will take, told before it is run.</summary>
public sealed record Forecast
{
    /// <summary>What the items are: rows, steps.</summary>
    public required string Unit { get; init; }

    /// <summary>Items.</summary>
    public required long Items { get; init; }

    /// <summary>Rows that hold no work, for they cannot be read or encoded.</summary>
    public long BadRows { get; init; }

    /// <summary>Tokens of the items; a prompt that several responses share counts once.</summary>
    public required long Tokens { get; init; }

    /// <summary>The most tokens that are sampled; responses may end before; 0: none are.</summary>
    public long SampledTokens { get; init; }

    /// <summary>Seconds in all, loading included; null: the run does not fit into memory, so nothing was measured.</summary>
    public double? Seconds { get; init; }

    /// <summary>Seconds of them until the model is loaded.</summary>
    public double LoadSeconds { get; init; }

    /// <summary>The most memory that the process will hold.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>One sentence for people.</summary>
    public override string ToString()
    {
        string bad = BadRows > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({BadRows} more cannot be read)") : "";
        string most = SampledTokens > 0
            ? string.Create(CultureInfo.InvariantCulture, $" and at most {SampledTokens:N0} sampled")
            : "";
        string time = Seconds is { } s ? $"about {Time(s)}, {Time(LoadSeconds)} of them to load" : "no time is foretold";
        string memory = string.Create(CultureInfo.InvariantCulture, $"{PeakBytes / 1e9:0.00} GB of memory");
        return string.Create(CultureInfo.InvariantCulture, $"{Items:N0} {Unit}{bad} of {Tokens:N0} tokens{most}: {time}, ")
            + (Seconds is null ? $"for {memory} are more than there are." : $"and at most {memory}.");
    }

    /// <summary>The numbers as fields of JSON.</summary>
    /// <param name="w">Where to.</param>
    public void Write(Utf8JsonWriter w)
    {
        w.WriteNumber(Unit, Items);
        if (BadRows > 0) w.WriteNumber("bad_rows", BadRows);
        w.WriteNumber("tokens", Tokens);
        if (SampledTokens > 0) w.WriteNumber("sampled_tokens_at_most", SampledTokens);
        if (Seconds is { } seconds)
        {
            w.WriteNumber("seconds", Math.Round(seconds, 2));
            w.WriteNumber("load_seconds", Math.Round(LoadSeconds, 2));
        }

        w.WriteNumber("peak_bytes", PeakBytes);
    }

    private static string Time(double seconds) => seconds < 90
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s")
        : seconds < 5400
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} minutes")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} hours");
}
