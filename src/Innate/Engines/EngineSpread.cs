using System.Globalization;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>
/// How exact an engine pair's V is: how far it moves between two askings of the same responses, which shows what varies from run
/// to run, and how far it lies from the V that another token's numbers give, which shows rounding that does not vary.
/// </summary>
public sealed record EngineSpread
{
    /// <summary>Responses that were asked twice.</summary>
    public int Responses { get; init; }

    /// <summary>Their tokens.</summary>
    public int Tokens { get; init; }

    /// <summary>The largest difference between two askings, in nats.</summary>
    public double MostMoved { get; init; }

    /// <summary>The mean difference between two askings, in nats; NaN where nothing was asked twice.</summary>
    public double MeanMoved => Moved / Tokens;

    /// <summary>Places whose V was computed from another token too.</summary>
    public int Places { get; init; }

    /// <summary>The largest difference between the two, in nats.</summary>
    public double MostApart { get; init; }

    /// <summary>The mean difference between the two, in nats; NaN where there is none.</summary>
    public double MeanApart => Apart / Places;

    /// <summary>The larger of <see cref="MostMoved"/> and <see cref="MostApart"/>.</summary>
    public double Most => Math.Max(MostMoved, MostApart);

    /// <summary>A sentence.</summary>
    public string InWords => string.Create(
        CultureInfo.InvariantCulture,
        $"V = Q - log pi carries both engines' rounding: at {Tokens} tokens of {Responses} responses asked twice it moved by at "
        + $"most {MostMoved:0.######} nats ({MeanMoved:0.######} on average)") + (Places == 0 ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $", and at {Places} places another token's numbers give one at most {MostApart:0.######} nats away "
        + $"({MeanApart:0.######} on average)"));

    private double Moved { get; init; }

    private double Apart { get; init; }

    internal EngineSpread With(EnginePair.PairedTrace first, TokenTrace? second)
    {
        double[] moved = second is null ? [] : [.. first.Trace.V.Zip(second.V, (a, b) => Math.Abs(a - b)).Where(double.IsFinite)];
        return this with
        {
            Responses = Responses + (second is null ? 0 : 1), Tokens = Tokens + moved.Length, Moved = Moved + moved.Sum(),
            MostMoved = moved.Append(MostMoved).Max(), Places = Places + first.Apart.Length, Apart = Apart + first.Apart.Sum(),
            MostApart = first.Apart.Append(MostApart).Max(),
        };
    }
}
