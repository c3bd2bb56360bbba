import { QuestionCircleOutlined } from '@ant-design/icons';
import { Popover } from 'antd';
import { useTranslation } from 'react-i18next';

type Props = { name: string; text: string; ruleSet?: string | undefined };

/** What a number means and which rule version made it, on hover, focus and tap. */
export function Definition({ name, text, ruleSet }: Props) {
  const { t } = useTranslation();
  const content = (
    <div className="db-definition">
      <div>{text}</div>
      {ruleSet !== undefined && (
        <div className="db-muted">
          {t('common.rule_version')} {ruleSet}
        </div>
      )}
    </div>
  );
  return (
    <Popover content={content} title={name} trigger={['hover', 'focus', 'click']}>
      <button type="button" className="db-quiet-button" aria-label={`${t('common.definition')}: ${name}`}>
        <QuestionCircleOutlined />
      </button>
    </Popover>
  );
}
