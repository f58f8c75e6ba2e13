using Innate.Rows;
using Innate.Text;

namespace Innate.Scoring.Expressions;

/// <summary>
/// The prompt of a profile: a row's own under the profile's system prompt, which takes the place of one that the row has.
/// </summary>
/// <param name="format">How text becomes ids.</param>
/// <param name="system">The system prompt.</param>
/// <exception cref="InputException">Raw mode, which has no system prompt.</exception>
internal sealed class SystemPrompt(ChatFormat format, string system)
{
    private readonly ChatFormat _format = format.WithSystem(system);

    /// <summary>A prompt's ids.</summary>
    /// <param name="prompt">A text or messages; null: only its ids are known.</param>
    /// <exception cref="InputException">It is given as ids, or cannot be encoded.</exception>
    public int[] Ids(RowPrompt? prompt)
    {
        if (prompt is null or { Ids: not null })
        {
            throw new InputException("\"prompt\": expected a text or messages, which a profile reads anew, found ids");
        }

        TemplateArguments? arguments = prompt.Arguments is { } own ? own with { System = null } : null;
        return prompt.Messages is { } messages
            ? _format.EncodePrompt(messages, arguments).Ids
            : _format.EncodePrompt(prompt.Text!, arguments).Ids;
    }
}
