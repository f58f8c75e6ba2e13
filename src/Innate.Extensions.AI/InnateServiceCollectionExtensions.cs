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
    /// <exception cref="InputException">
    /// At once: a model without a name was added already. When a service is asked for: what cannot be loaded, named.
    /// </exception>
    public static IServiceCollection AddInnate(this IServiceCollection services, Action<InnateOptions>? configure = null) =>
        Add(services, null, configure);

    /// <summary>
    /// The same as keyed services under a name, for an app with several models: <c>[FromKeyedServices("small")] RewardModel</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The services' key.</param>
    /// <param name="configure">Says which model and which reward; null: the model inside and its endogenous reward.</param>
    /// <returns>The services.</returns>
    /// <exception cref="InputException">
    /// At once: the name is taken, or empty. When a service is asked for: what cannot be loaded, named.
    /// </exception>
    public static IServiceCollection AddInnate(
        this IServiceCollection services, string name, Action<InnateOptions>? configure = null) =>
        string.IsNullOrWhiteSpace(name)
            ? throw new InputException("AddInnate: expected a name for the model, found an empty one.")
            : Add(services, name, configure);

    private static IServiceCollection Add(IServiceCollection services, string? name, Action<InnateOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new InnateOptions();
        configure?.Invoke(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BestOf, 1);
        RequireFree(services, name, options);

        services.TryAddKeyedSingleton(name, options);
        Try<Tokenizer>(services, name, _ => Tokenizer.Load(Folder(options)));
        Try<ChatFormat>(services, name, s => new ChatFormat(
            Get<Tokenizer>(s, name), ChatTemplate.Load(Folder(options)), options.Format, Folder(options)));
        if (options.Engine is { } engine)
        {
            Try<RemoteEngine>(services, name, _ => RemoteEngine.Connect(engine));
            Try<ITraceSource>(services, name, s => Get<RemoteEngine>(s, name));
            Try<ITextGenerator>(services, name, s => Get<RemoteEngine>(s, name));
        }
        else
        {
            Try<LanguageModel>(services, name, _ => LanguageModel.Load(Folder(options), options.Loading));
            Try<ITraceSource>(services, name, s => Get<LanguageModel>(s, name));
            Try<ITextGenerator>(services, name, s => Get<LanguageModel>(s, name));
        }

        Try<RewardModel>(services, name, s => options.Expression is { } expression
            ? new RewardModel(Get<ITraceSource>(s, name), Get<ChatFormat>(s, name), expression)
            : new RewardModel(Get<ITraceSource>(s, name), Get<ChatFormat>(s, name), options.Reward, options.RewardOptions));
        Try<IChatClient>(services, name, s => ChatClient(s, name, options));
        return services;
    }

    // Of two models under one name the second would be passed over without a word.
    private static void RequireFree(IServiceCollection services, string? name, InnateOptions options)
    {
        if (!services.Any(s => s.ServiceType == typeof(InnateOptions) && Equals(s.ServiceKey, name))) return;
        throw new InputException(name is null
            ? $"AddInnate: a model without a name is registered already, found {options.Model} as another; "
                + "give it a name: AddInnate(\"name\", ...)."
            : $"AddInnate: the name '{name}' is taken by another model, found {options.Model} under it too; "
                + "give each model a name of its own.");
    }

    private static void Try<T>(IServiceCollection services, string? name, Func<IServiceProvider, T> make)
        where T : class => services.TryAdd(ServiceDescriptor.KeyedSingleton<T>(name, (provider, _) => make(provider)));

    private static T Get<T>(IServiceProvider services, string? name)
        where T : notnull =>
        name is null ? services.GetRequiredService<T>() : services.GetRequiredKeyedService<T>(name);

    private static IChatClient ChatClient(IServiceProvider services, string? name, InnateOptions options)
    {
        ITextGenerator generator = Get<ITextGenerator>(services, name);
        var client = new InnateChatClient(
            generator, Get<Tokenizer>(services, name), Get<ChatFormat>(services, name),
            (generator as RemoteEngine)?.Model
                ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder(options))), options.Sampling);
        return options.BestOf == 1 ? client
            : new BestOfNChatClient(client, options.BestOf, Get<RewardModel>(services, name));
    }

    private static string Folder(InnateOptions options) => ModelFolder.Resolve(options.Model);
}
