namespace Innate.Text;

/// <summary>How prompts and responses become token ids.</summary>
public sealed record ChatFormatOptions
{
    /// <summary>No template: the prompt with the tokenizer's own special tokens, the response with none, no end token.</summary>
    public bool Raw { get; init; }

    /// <summary>A system prompt; it replaces the system message that a conversation already begins with.</summary>
    public string? System { get; init; }

    /// <summary>Variables for the template, such as <c>enable_thinking</c> = <c>false</c>.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>Which of the model's chat templates, by its name; null: the default, or the one for tools.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>Where a head that judges steps wants responses cut; null: the model has no such head.</summary>
    internal StepSplit? JudgedSteps { get; init; }

    /// <summary>
    /// The template's name and the variables as "name=value" in the order of their names, for files that tell how a run was
    /// made.
    /// </summary>
    internal string DescribeVariables() => string.Join(
        ' ', (Variables ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => $"{p.Key}={p.Value}")
            .Prepend(ChatTemplate is null ? null : $"{ConversationPreparation.ChatTemplateName}={ChatTemplate}")
            .OfType<string>());
}
