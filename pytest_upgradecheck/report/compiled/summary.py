"""Generated from summary.j2."""

from jinja2.runtime import LoopContext, Macro, Markup, Namespace, TemplateNotFound, TemplateReference, TemplateRuntimeError, Undefined, escape, identity, internalcode, markup_join, missing, str_join
name = 'summary.j2'

def root(context, missing=missing):
    resolve = context.resolve_or_missing
    undefined = environment.undefined
    concat = environment.concat
    cond_expr_undefined = Undefined
    if 0: yield None
    l_0_sign = resolve('sign')
    l_0_verdict = resolve('verdict')
    l_0_document = resolve('document')
    l_0_now = resolve('now')
    l_0_report = resolve('report')
    l_0_checks = resolve('checks')
    l_0_blockers = resolve('blockers')
    l_0_most_open = resolve('most_open')
    l_0_waived = resolve('waived')
    l_0_complete = resolve('complete')
    l_0_view = resolve('view')
    l_0_cell = l_0_link = missing
    try:
        t_1 = environment.filters['join']
    except KeyError:
        @internalcode
        def t_1(*unused):
            raise TemplateRuntimeError("No filter named 'join' found.")
    try:
        t_2 = environment.filters['length']
    except KeyError:
        @internalcode
        def t_2(*unused):
            raise TemplateRuntimeError("No filter named 'length' found.")
    try:
        t_3 = environment.filters['lines']
    except KeyError:
        @internalcode
        def t_3(*unused):
            raise TemplateRuntimeError("No filter named 'lines' found.")
    try:
        t_4 = environment.filters['replace']
    except KeyError:
        @internalcode
        def t_4(*unused):
            raise TemplateRuntimeError("No filter named 'replace' found.")
    try:
        t_5 = environment.filters['sentence']
    except KeyError:
        @internalcode
        def t_5(*unused):
            raise TemplateRuntimeError("No filter named 'sentence' found.")
    try:
        t_6 = environment.filters['utc']
    except KeyError:
        @internalcode
        def t_6(*unused):
            raise TemplateRuntimeError("No filter named 'utc' found.")
    try:
        t_7 = environment.filters['words']
    except KeyError:
        @internalcode
        def t_7(*unused):
            raise TemplateRuntimeError("No filter named 'words' found.")
    pass
    def macro(l_1_text):
        t_8 = []
        if l_1_text is missing:
            l_1_text = undefined("parameter 'text' was not provided", name='text')
        pass
        t_8.extend((
            '<td><p>',
            escape(environment.finalize(l_1_text)),
            '</p></td>',
        ))
        return concat(t_8)
    context.exported_vars.add('cell')
    context.vars['cell'] = l_0_cell = Macro(environment, macro, 'cell', ('text',), False, False, False, context.eval_ctx.autoescape)
    def macro(l_1_to, l_1_text):
        t_9 = []
        if l_1_to is missing:
            l_1_to = undefined("parameter 'to' was not provided", name='to')
        if l_1_text is missing:
            l_1_text = undefined("parameter 'text' was not provided", name='text')
        pass
        t_9.extend((
            '<a href="',
            escape(environment.finalize(l_1_to)),
            '"><font color="#0a4fa8">',
            escape(environment.finalize(l_1_text)),
            '</font></a>',
        ))
        return concat(t_9)
    context.exported_vars.add('link')
    context.vars['link'] = l_0_link = Macro(environment, macro, 'link', ('to', 'text'), False, False, False, context.eval_ctx.autoescape)
    yield '<section class="upgradecheck" aria-label="Upgrade verdict">\n<h2>'
    yield escape(environment.finalize((undefined(name='sign') if l_0_sign is missing else l_0_sign)))
    yield ' Verdict: '
    yield escape(environment.finalize((undefined(name='verdict') if l_0_verdict is missing else l_0_verdict)))
    yield '</h2>\n<p><strong>'
    yield escape(environment.finalize(t_5(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'reason'))))
    yield '</strong></p>\n<p>'
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'title')))
    yield '; environment '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'environment')))
    yield '; phase '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'phase')))
    if environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'step'):
        pass
        yield ', up to step '
        yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'step')))
    yield '; '
    yield escape(environment.finalize(t_6(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'started_at'))))
    yield ' to '
    yield escape(environment.finalize(t_6(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'finished_at'))))
    yield '</p>\n<p>Planned: '
    l_1_loop = missing
    for l_1_each, l_1_loop in LoopContext(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'steps'), undefined):
        _loop_vars = {}
        pass
        yield escape(environment.finalize(environment.getattr(l_1_each, 'product')))
        yield ' '
        yield escape(environment.finalize(environment.getattr(l_1_each, 'from_version')))
        yield ' → '
        yield escape(environment.finalize(environment.getattr(l_1_each, 'to_version')))
        if (not environment.getattr(l_1_loop, 'last')):
            pass
            yield ', '
    l_1_loop = l_1_each = missing
    yield '<br>Now: '
    yield escape(environment.finalize((undefined(name='now') if l_0_now is missing else l_0_now)))
    yield '</p>\n'
    if (undefined(name='report') if l_0_report is missing else l_0_report):
        pass
        yield '<p>'
        if ((undefined(name='checks') if l_0_checks is missing else l_0_checks) > 2000):
            pass
            yield 'This page has '
            yield escape(environment.finalize(context.call(environment.getattr('{:,}', 'format'), (undefined(name='checks') if l_0_checks is missing else l_0_checks))))
            yield ' checks, and its table takes long to open. '
        yield escape(environment.finalize(context.call((undefined(name='link') if l_0_link is missing else l_0_link), (undefined(name='report') if l_0_report is missing else l_0_report), 'The verification report')))
        yield ' shows all checks over all phases, with what is folded here.</p>\n'
    if environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'boundaries'):
        pass
        yield '<h2>Rollback boundaries</h2>\n<table border="1" cellpadding="4"><thead><tr><th scope="col"><p>boundary</p></th><th scope="col"><p>step</p></th><th scope="col"><p>state</p></th><th scope="col"><p>judged by</p></th><th scope="col"><p>reversible</p></th><th scope="col"><p>irreversible</p></th><th scope="col"><p>to recover</p></th></tr></thead><tbody>\n'
        for l_1_each in environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'boundaries'):
            _loop_vars = {}
            pass
            yield '<tr>'
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), environment.getattr(l_1_each, 'name'), _loop_vars=_loop_vars)))
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), environment.getattr(l_1_each, 'step'), _loop_vars=_loop_vars)))
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), t_7(environment.getattr(l_1_each, 'state')), _loop_vars=_loop_vars)))
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), environment.getattr(l_1_each, 'why'), _loop_vars=_loop_vars)))
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), (t_1(context.eval_ctx, environment.getattr(l_1_each, 'reversible'), ', ') or 'nothing'), _loop_vars=_loop_vars)))
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), (t_1(context.eval_ctx, environment.getattr(l_1_each, 'irreversible'), ', ') or 'nothing'), _loop_vars=_loop_vars)))
            yield escape(environment.finalize(context.call((undefined(name='cell') if l_0_cell is missing else l_0_cell), (environment.getattr(l_1_each, 'recover_by') or ''), _loop_vars=_loop_vars)))
            yield '</tr>\n'
        l_1_each = missing
        yield '</tbody></table>\n'
    yield '<h2>Action needed'
    if (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers):
        pass
        yield ' ('
        yield escape(environment.finalize(t_2((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers))))
        yield ')'
    yield '</h2>\n'
    if (not (undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)):
        pass
        yield '<p>No blockers.</p>\n'
    l_1_loop = missing
    for l_1_each, l_1_loop in LoopContext((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)[:(undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)], undefined):
        _loop_vars = {}
        pass
        yield '<p><strong>'
        yield escape(environment.finalize(environment.getattr(l_1_loop, 'index')))
        yield '. '
        yield escape(environment.finalize(environment.getattr(l_1_each, 'heading')))
        yield '</strong><br>\n'
        l_2_loop = missing
        for (l_2__, l_2_line), l_2_loop in LoopContext(t_3(environment.getattr(l_1_each, 'message')), undefined):
            _loop_vars = {}
            pass
            if environment.getattr(l_2_loop, 'first'):
                pass
                yield escape(environment.finalize(l_2_line))
            else:
                pass
                yield '<br><code>'
                yield escape(environment.finalize(t_4(context.eval_ctx, l_2_line, ' ', '\xa0')))
                yield '</code>'
        l_2_loop = l_2__ = l_2_line = missing
        yield '</p>\n<p>'
        def t_10(fiter):
            for (l_2_name, l_2_value) in fiter:
                if l_2_value:
                    yield (l_2_name, l_2_value)
        l_2_loop = missing
        for (l_2_name, l_2_value), l_2_loop in LoopContext(t_10([('before', environment.getattr(l_1_each, 'before')), ('now', environment.getattr(l_1_each, 'after')), ('remedy', environment.getattr(l_1_each, 'remedy')), ('owner', environment.getattr(l_1_each, 'owner')), ('step', environment.getattr(l_1_each, 'step')), ('boundary', environment.getattr(l_1_each, 'boundary')), ('check', environment.getattr(l_1_each, 'check'))]), undefined):
            _loop_vars = {}
            pass
            yield escape(environment.finalize(l_2_name))
            yield ': '
            yield escape(environment.finalize(l_2_value))
            if (not environment.getattr(l_2_loop, 'last')):
                pass
                yield '; '
        l_2_loop = l_2_name = l_2_value = missing
        yield '</p>\n'
    l_1_loop = l_1_each = missing
    if (t_2((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)) > (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)):
        pass
        yield '<p>... and '
        yield escape(environment.finalize((t_2((undefined(name='blockers') if l_0_blockers is missing else l_0_blockers)) - (undefined(name='most_open') if l_0_most_open is missing else l_0_most_open))))
        yield ' more'
        if (undefined(name='report') if l_0_report is missing else l_0_report):
            pass
            yield ', all in '
            yield escape(environment.finalize(context.call((undefined(name='link') if l_0_link is missing else l_0_link), (undefined(name='report') if l_0_report is missing else l_0_report), 'the verification report')))
        yield '</p>\n'
    if (undefined(name='waived') if l_0_waived is missing else l_0_waived):
        pass
        yield '<h2>Waived failures ('
        yield escape(environment.finalize(t_2((undefined(name='waived') if l_0_waived is missing else l_0_waived))))
        yield ')</h2>\n'
        for l_1_each in (undefined(name='waived') if l_0_waived is missing else l_0_waived)[:(undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)]:
            _loop_vars = {}
            pass
            yield '<p><strong>'
            yield escape(environment.finalize(environment.getattr(l_1_each, 'heading')))
            yield '</strong><br>'
            yield escape(environment.finalize(environment.getattr(l_1_each, 'headline')))
            yield '<br>'
            yield escape(environment.finalize(environment.getattr(l_1_each, 'waiver')))
            yield '</p>\n'
        l_1_each = missing
    yield '<h2>Completeness: '
    yield escape(environment.finalize(('complete' if environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'complete') else 'not complete')))
    yield '</h2>\n<p>'
    yield escape(environment.finalize(environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'planned')))
    yield ' planned, '
    yield escape(environment.finalize(environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'selected')))
    yield ' selected, '
    yield escape(environment.finalize(environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'run')))
    yield ' run, '
    yield escape(environment.finalize(environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'reported')))
    yield ' reported'
    def t_11(fiter):
        for l_1_name in fiter:
            if context.call(environment.getattr(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'counts'), 'get'), l_1_name):
                yield l_1_name
    for l_1_name in t_11(['passed', 'waived', 'failed', 'error', 'no-evidence', 'skipped', 'xfailed', 'crashed', 'interrupted', 'deselected', 'not-run', 'missing-after', 'retried']):
        _loop_vars = {}
        pass
        yield ', '
        yield escape(environment.finalize(environment.getitem(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'counts'), l_1_name)))
        yield ' '
        yield escape(environment.finalize(('without evidence' if (l_1_name == 'no-evidence') else t_7(l_1_name))))
    l_1_name = missing
    yield '</p>\n'
    if (not environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'complete')):
        pass
        yield '<p>Missing: '
        yield escape(environment.finalize(t_1(context.eval_ctx, environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'gaps'), '; ')))
        yield '</p>\n'
    yield '<p>Baseline: '
    yield escape(environment.finalize(environment.getattr((undefined(name='complete') if l_0_complete is missing else l_0_complete), 'baseline')))
    yield '</p>\n'
    if environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'notes'):
        pass
        yield '<h2>Notes ('
        yield escape(environment.finalize(t_2(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'notes'))))
        yield ')</h2>\n'
        for l_1_each in environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'notes')[:(undefined(name='most_open') if l_0_most_open is missing else l_0_most_open)]:
            _loop_vars = {}
            pass
            yield '<p>'
            yield escape(environment.finalize(environment.getattr(l_1_each, 'kind')))
            yield ': '
            yield escape(environment.finalize(environment.getattr(l_1_each, 'check')))
            yield ': '
            yield escape(environment.finalize(environment.getattr(l_1_each, 'message')))
            yield '</p>\n'
        l_1_each = missing
    yield '<p>plan '
    yield escape(environment.finalize(environment.getattr((undefined(name='document') if l_0_document is missing else l_0_document), 'plan_digest')))
    yield '<br>record sha256:'
    yield escape(environment.finalize(environment.getattr(environment.getattr(environment.getattr((undefined(name='view') if l_0_view is missing else l_0_view), 'history'), 'tail'), 'head')))
    yield '</p>\n</section>'

blocks = {}
debug_info = '3=65&4=78&6=96&7=100&8=102&9=117&10=132&11=135&13=142&16=145&17=149&21=160&22=166&25=170&26=174&27=179&28=192&30=209&31=212&33=219&34=222&35=224&36=228&39=236&40=238&41=259&42=262&44=265&45=267&46=270&47=272&48=276&51=284'
of_text = '248797b6648bdf43946245bf22fa70829b0653128cf97f8dc81c91b27db0185f'
of_jinja = '3.1.6'
