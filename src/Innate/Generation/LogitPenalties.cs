namespace Innate.Generation;

/// <summary>Lowers the logits of tokens that occurred before. Pure but for the logits, which it changes in place.</summary>
public static class LogitPenalties
{
    /// <summary>Whether the options ask for any.</summary>
    public static bool Any(SamplingOptions options) =>
        options.RepetitionPenalty != 1 || options.FrequencyPenalty != 0 || options.PresencePenalty != 0;

    /// <summary>Applies the options' penalties in place.</summary>
    /// <param name="logits">One a vocabulary entry.</param>
    /// <param name="prompt">The prompt's ids: only the repetition penalty looks at them.</param>
    /// <param name="response">The ids sampled so far.</param>
    /// <param name="options">The penalties.</param>
    public static void Apply(Span<float> logits, ReadOnlySpan<int> prompt, IReadOnlyList<int> response, SamplingOptions options)
    {
        var counts = new Dictionary<int, int>();
        foreach (int id in prompt) counts.TryAdd(id, 0);
        foreach (int id in response) counts[id] = counts.GetValueOrDefault(id) + 1;
        foreach ((int id, int count) in counts)
        {
            double z = logits[id];
            z = z > 0 ? z / options.RepetitionPenalty : z * options.RepetitionPenalty;
            if (count > 0) z -= (options.FrequencyPenalty * count) + options.PresencePenalty;
            logits[id] = (float)z;
        }
    }
}
