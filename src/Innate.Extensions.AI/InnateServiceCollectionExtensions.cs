using Innate;
using Innate.Checkpoints.Hub;
using Innate.Engines;
using Innate.Extensions.AI;
using Innate.Generation;
using Innate.Text;
using Innate.Traces;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;

// Where every AddSomething lies, so that it is found without another using.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Innate from dependency injection.</summary>
public static class InnateServiceCollectionExtensions
{
    /// <summary>
    /// Registers singletons, each made when first asked for: <see cref="ITraceSource"/> and <see cref="ITextGenerator"/> (the
    /// <see cref="LanguageModel"/>, or the <see cref="RemoteEngine"/> that the options name), <see cref="Tokenizer"/>,
    /// <see cref="ChatFormat"/>, <see cref="RewardModel"/>, and <see cref="IChatClient"/>. What is registered already stays.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which model and which reward; null: the model inside and its endogenous reward.</param>
    /// <returns>The services.</returns>
    /// <exception cref="InputException">When a service is asked for: what cannot be loaded, named.</exception>
    public static IServiceCollection AddInnate(this IServiceCollection services, Action<InnateOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new InnateOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BestOf, 1);

        services.TryAddSingleton(options);
        services.TryAddSingleton(_ => Tokenizer.Load(Folder(options)));
        services.TryAddSingleton(s => new ChatFormat(
            s.GetRequiredService<Tokenizer>(), ChatTemplate.Load(Folder(options)), options.Format, Folder(options)));
        if (options.Engine is { } engine)
        {
            services.TryAddSingleton(_ => RemoteEngine.Connect(engine));
            services.TryAddSingleton<ITraceSource>(s => s.GetRequiredService<RemoteEngine>());
            services.TryAddSingleton<ITextGenerator>(s => s.GetRequiredService<RemoteEngine>());
        }
        else
        {
            services.TryAddSingleton(_ => LanguageModel.Load(Folder(options), options.Loading));
            services.TryAddSingleton<ITraceSource>(s => s.GetRequiredService<LanguageModel>());
            services.TryAddSingleton<ITextGenerator>(s => s.GetRequiredService<LanguageModel>());
        }

        services.TryAddSingleton(s => options.Expression is { } expression
            ? new RewardModel(s.GetRequiredService<ITraceSource>(), s.GetRequiredService<ChatFormat>(), expression)
            : new RewardModel(
                s.GetRequiredService<ITraceSource>(), s.GetRequiredService<ChatFormat>(), options.Reward, options.RewardOptions));
        services.TryAddSingleton<IChatClient>(s => ChatClient(s, options));
        return services;
    }

    private static IChatClient ChatClient(IServiceProvider services, InnateOptions options)
    {
        ITextGenerator generator = services.GetRequiredService<ITextGenerator>();
        var client = new InnateChatClient(
            generator, services.GetRequiredService<Tokenizer>(), services.GetRequiredService<ChatFormat>(),
            (generator as RemoteEngine)?.Model
                ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder(options))), options.Sampling);
        return options.BestOf == 1 ? client
            : new BestOfNChatClient(client, options.BestOf, services.GetRequiredService<RewardModel>());
    }

    private static string Folder(InnateOptions options) => ModelFolder.Resolve(options.Model);
}
